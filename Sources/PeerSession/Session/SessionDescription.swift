import ICE
import Rendezvous
import WireFormat

/// What one peer tells the other of itself, inside the handshake's encrypted payloads: its ICE credentials and the
/// candidates it has by then.
package struct SessionDescription: Equatable {
    package var credentials: Agent.Credentials
    package var candidates: [Candidate]

    /// More than an agent offers; a description with more is refused.
    package static let maximumCandidates = 64

    package var encoded: [UInt8] {
        let texts = [credentials.usernameFragment, credentials.password].map { Array($0.utf8.prefix(255)) }
        let capacity = texts.reduce(2) { $0 + $1.count } + candidates.count * Candidate.maximumWireSize
        return [UInt8](capacity: capacity) { output in
            for text in texts {
                output.append(UInt8(text.count))
                output.append(contentsOf: text.span)
            }
            for candidate in candidates { candidate.write(into: &output) }
        }
    }

    package init(credentials: Agent.Credentials, candidates: [Candidate]) {
        self.credentials = credentials
        self.candidates = candidates
    }

    /// - Returns: nil if the bytes are not one.
    package init?(decoding bytes: Span<UInt8>) {
        var reader = ByteReader(bytes)
        guard let fragment = Self.readText(from: &reader), let password = Self.readText(from: &reader),
            (4...255).contains(fragment.utf8.count), (22...255).contains(password.utf8.count),
            let candidates = Self.readCandidates(from: &reader)
        else { return nil }
        self.init(
            credentials: Agent.Credentials(usernameFragment: fragment, password: password), candidates: candidates)
    }

    /// What a host on the path tells a viewer that may not come, in place of a description.
    static func refusal(_ reason: Reason) -> [UInt8] { [0, reason.rawValue] }

    /// Such a refusal, which no description begins like; nil if the bytes are none.
    static func refusal(in bytes: Span<UInt8>) -> Reason? {
        guard bytes.count == 2, bytes[0] == 0 else { return nil }
        return Reason(rawValue: bytes[1]) ?? .unspecified
    }

    /// The candidates up to the end of the bytes; nil if there is anything else, or too many.
    static func readCandidates(from reader: inout ByteReader) -> [Candidate]? {
        var candidates: [Candidate] = []
        while reader.remaining > 0 {
            guard candidates.count < maximumCandidates, let candidate = try? Candidate(from: &reader) else {
                return nil
            }
            candidates.append(candidate)
        }
        return candidates
    }

    static func encode(_ candidates: some Collection<Candidate>) -> [UInt8] {
        [UInt8](capacity: candidates.count * Candidate.maximumWireSize) { output in
            for candidate in candidates { candidate.write(into: &output) }
        }
    }

    private static func readText(from reader: inout ByteReader) -> String? {
        guard let count = try? reader.readUInt8(), let bytes = try? reader.read(count: Int(count)).copied() else {
            return nil
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

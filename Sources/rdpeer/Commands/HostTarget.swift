import ArgumentParser
import NetworkIO
import PeerSession
import SecureChannel
import WireFormat

/// The host that somebody names: by a code, by its key, or by its own address.
enum HostTarget {
    /// Whether the words name a host, which is not looked for yet.
    static func check(_ words: [String]) throws {
        if try path(words) == nil { _ = try credential(words) }
    }

    /// Whether they name its own address.
    static func isPath(_ words: [String]) throws -> Bool { try path(words) != nil }

    static func find(_ words: [String], _ connection: ConnectionOptions) throws -> ViewTarget {
        guard let (host, named) = try path(words) else {
            return .introduced(try credential(words), try connection.serverURL())
        }
        guard let key = try named ?? KnownHosts.key(of: host) else {
            throw FileFault(
                "the host at \(host) is not known here yet: name the HOST-ID that rdpeer host shows there, this once: "
                    + "rdpeer view HOST-ID@\(host)")
        }
        guard let ip = HostResolver.addresses(of: host.name).first else {
            throw FileFault("no address is known for \"\(host.name)\": is the name right?")
        }
        return .path(host, TransportAddress(ip: ip, port: host.port), key)
    }

    /// A host's own address, with its HOST-ID if that is named; nil if the host is to be found through a server.
    private static func path(_ words: [String]) throws -> (host: PathHost, key: PublicKey?)? {
        guard words.count == 1, let text = words.first, PublicKey(text) == nil, ConnectionCode(text) == nil else {
            return nil
        }
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let place = String(parts[parts.count - 1])
        let isPlace = parts.count == 2 || place.contains { $0 == "." || $0 == ":" } || place == "localhost"
        let host = PathHost(place)
        guard isPlace || isKnown(host) else { return nil }
        guard let host else {
            throw ValidationError("\"\(place)\" is neither an address nor a name, with or without a port")
        }
        guard parts.count == 2 else { return (host, nil) }
        guard let key = PublicKey(String(parts[0])) else {
            throw ValidationError("\"\(parts[0])\" before the @ is not a HOST-ID, or is mistyped")
        }
        return (host, key)
    }

    /// Whether a word is the name of a host that was reached before.
    private static func isKnown(_ host: PathHost?) -> Bool { host.flatMap { try? KnownHosts.key(of: $0) } != nil }

    private static func credential(_ words: [String]) throws -> HostCredential {
        if let key = PublicKey(words.joined()) { return .publicKey(key) }
        if let code = ConnectionCode(words.joined(separator: "-")) {
            // It would cost the host one of its three tries.
            guard code.words.count >= ConnectionCode.freshWordCount else {
                throw ValidationError(
                    "a word is missing: \"\(code)\" has one, and the host shows two, as in 7-crossover-clockwork")
            }
            return .code(code)
        }
        let text = words.joined(separator: " ")
        throw ValidationError(
            "\"\(text)\" is neither a code such as 7-crossover-clockwork nor a HOST-ID or an address; is it mistyped?")
    }
}

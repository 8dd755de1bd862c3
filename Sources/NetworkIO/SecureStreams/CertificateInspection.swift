import Glibc
import NIOSSL
import WireFormat

/// What a server's certificate is good for.
public struct CertificateInspection: Sendable {
    /// Seconds since 1970.
    public let validFrom: Int64
    public let validUntil: Int64
    /// Names and addresses that it is for.
    public let names: [String]

    /// Reads both files, and checks that they belong together.
    public init(of certificate: ServerCertificate) throws(SignalingTransportFailure) {
        _ = try certificate.context()
        let leaf = try certificate.certificates()[0]
        validFrom = Int64(leaf.notValidBefore)
        validUntil = Int64(leaf.notValidAfter)
        names = leaf._subjectAlternativeNames().compactMap(Self.text)
    }

    /// Whether it is for a host name or an address; a star stands for one label (RFC 9525 section 6.3).
    public func isFor(_ host: String) -> Bool {
        let host = host.lowercased()
        return names.contains { name in
            let name = name.lowercased()
            guard name.hasPrefix("*.") else { return name == host }
            guard let dot = host.firstIndex(of: ".") else { return false }
            return host[dot...] == name.dropFirst()
        }
    }

    private static func text(_ name: _SubjectAlternativeName) -> String? {
        let bytes = name.contents.withUnsafeBufferPointer { Array($0) }
        switch name.nameType {
        case .dnsName: return String(decoding: bytes, as: UTF8.self)
        case .ipAddress where bytes.count == 4:
            return IPAddress.v4(bytes.reduce(0) { $0 << 8 | UInt32($1) }).description
        case .ipAddress where bytes.count == 16:
            func half(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
            return IPAddress.v6(high: half(bytes[..<8]), low: half(bytes[8...])).description
        default: return nil
        }
    }
}

import WireFormat

/// The port-mapping side of a gateway: NAT-PMP (RFC 6886) and PCP's MAP (RFC 6887), enough for a well-behaved client.
/// Nonces are not kept: nobody in a simulation steals mappings.
enum PortMappingServer {
    static let port: UInt16 = 5_351

    /// RFC 6887 section 7.4 and RFC 6886 section 3.5.
    private enum ResultCode {
        static let malformedRequest: UInt8 = 3
        static let unsupportedOpcode: UInt8 = 4
        static let noResources: UInt8 = 8
        static let addressMismatch: UInt8 = 12
        static let natPMPOutOfResources: UInt8 = 4
        static let natPMPUnsupportedOpcode: UInt8 = 5
    }

    /// Granted at most, in seconds.
    private static let longestLifetime: UInt32 = 86_400

    static func answer(
        _ request: [UInt8], from source: TransportAddress, gateway: inout Gateway, at now: Int64
    ) -> [UInt8]? {
        guard request.count >= 2, request[1] & 0x80 == 0 else { return nil }
        switch request[0] {
        case 0: return answerNATPMP(request, source, &gateway, now)
        case 2: return answerPCP(request, source, &gateway, now)
        default: return [2, request[1] | 0x80, 0, 1] + word(0) + epoch(gateway, now) + zeros(12)
        }
    }

    private static func answerNATPMP(
        _ request: [UInt8], _ source: TransportAddress, _ gateway: inout Gateway, _ now: Int64
    ) -> [UInt8]? {
        let head: [UInt8] = [0, request[1] | 0x80, 0]
        guard let external = gateway.translator?.externalAddresses.first, case .v4(let bits) = external else {
            return head + [ResultCode.natPMPOutOfResources] + epoch(gateway, now)
        }
        switch (request[1], request.count) {
        case (0, 2): return head + [0] + epoch(gateway, now) + word(bits)
        case (1, 12), (2, 12):
            let inside = TransportAddress(ip: source.ip, port: half(request, 4))
            let seconds = min(word(request, 8), longestLifetime)
            let outside = gateway.translator?.request(
                request[1] == 1 ? .udp : .tcp, inside: inside, preferredPort: half(request, 6),
                lifetime: .seconds(Int64(seconds)), at: now)
            guard outside != nil || seconds == 0 else {
                return head + [ResultCode.natPMPOutOfResources] + epoch(gateway, now) + zeros(8)
            }
            let port = seconds == 0 ? 0 : outside?.port ?? 0
            return head + [0] + epoch(gateway, now) + request[4..<6] + bytes(port) + word(seconds)
        default: return head + [ResultCode.natPMPUnsupportedOpcode] + epoch(gateway, now)
        }
    }

    private static func answerPCP(
        _ request: [UInt8], _ source: TransportAddress, _ gateway: inout Gateway, _ now: Int64
    ) -> [UInt8]? {
        guard request[1] == 1 else { return refusal(request, ResultCode.unsupportedOpcode, gateway, now) }
        guard request.count == 60, request[36] == 17 || request[36] == 6, half(request, 40) != 0 else {
            return refusal(request, ResultCode.malformedRequest, gateway, now)
        }
        guard Array(request[8..<24]) == sixteenBytes(source.ip) else {
            return refusal(request, ResultCode.addressMismatch, gateway, now)
        }
        let seconds = min(word(request, 4), longestLifetime)
        let inside = TransportAddress(ip: source.ip, port: half(request, 40))
        let outside = gateway.translator?.request(
            request[36] == 17 ? .udp : .tcp, inside: inside, preferredPort: half(request, 42),
            lifetime: .seconds(Int64(seconds)), at: now)
        guard let outside = outside ?? (seconds == 0 ? TransportAddress(ip: .v4(0), port: 0) : nil) else {
            return refusal(request, ResultCode.noResources, gateway, now)
        }
        return [2, 0x81, 0, 0] + word(seconds) + epoch(gateway, now) + zeros(12) + request[24..<42]
            + bytes(outside.port) + sixteenBytes(outside.ip)
    }

    private static func refusal(_ request: [UInt8], _ code: UInt8, _ gateway: Gateway, _ now: Int64) -> [UInt8] {
        let rest = request.count == 60 ? Array(request[24..<60]) : []
        return [2, request[1] | 0x80, 0, code] + word(30) + epoch(gateway, now) + zeros(12) + rest
    }

    // MARK: Fields

    private static func epoch(_ gateway: Gateway, _ now: Int64) -> [UInt8] {
        word(UInt32(clamping: (now - gateway.startedAt) / 1_000_000_000))
    }

    private static func sixteenBytes(_ ip: IPAddress) -> [UInt8] {
        switch ip {
        case .v4(let bits): zeros(10) + [0xFF, 0xFF] + word(bits)
        case .v6(let high, let low):
            [high, low].flatMap { word(UInt32($0 >> 32)) + word(UInt32(truncatingIfNeeded: $0)) }
        }
    }

    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    private static func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

    private static func word(_ value: UInt32) -> [UInt8] {
        bytes(UInt16(value >> 16)) + bytes(UInt16(truncatingIfNeeded: value))
    }

    private static func half(_ request: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(request[offset]) << 8 | UInt16(request[offset + 1])
    }

    private static func word(_ request: [UInt8], _ offset: Int) -> UInt32 {
        UInt32(half(request, offset)) << 16 | UInt32(half(request, offset + 2))
    }
}

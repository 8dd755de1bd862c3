import STUN
import TURN
import Testing
import WireFormat

/// The addresses that a relay must not send to.
@Suite struct PeerPolicyTests {
    static let refusedIPv4: [(String, PeerAddressPolicy.Refusal)] = [
        ("0.0.0.0", .unspecified), ("0.0.0.1", .reserved), ("0.255.255.255", .reserved), ("127.0.0.1", .loopback),
        ("127.255.255.254", .loopback), ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork),
        ("172.16.0.1", .privateNetwork), ("172.31.255.255", .privateNetwork), ("192.168.0.1", .privateNetwork),
        ("192.168.255.255", .privateNetwork), ("169.254.0.1", .linkLocal), ("169.254.169.254", .linkLocal),
        ("100.64.0.1", .carrierShared), ("100.127.255.255", .carrierShared), ("224.0.0.1", .multicast),
        ("239.255.255.255", .multicast), ("240.0.0.1", .reserved), ("255.255.255.255", .broadcast),
        ("192.0.0.1", .reserved), ("198.18.0.1", .reserved), ("198.19.255.255", .reserved),
        ("203.0.113.1", .ownAddress),
    ]
    static let refusedIPv6: [(String, PeerAddressPolicy.Refusal)] =
        [
            ("::", .unspecified), ("::1", .loopback), ("fc00::1", .privateNetwork), ("fdff::1", .privateNetwork),
            ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("fec0::1", .linkLocal), ("ff02::1", .multicast),
            ("ff0e::1", .multicast), ("100::1", .reserved), ("2001:db8::1", .ownAddress), ("::8.8.8.8", .mapped),
            ("64:ff9b::808:808", .mapped), ("64:ff9b:1::1", .mapped), ("2002:7f00:1::", .mapped), ("2001::1", .mapped),
            ("::ffff:0:808:808", .mapped), ("::ffff:8.8.8.8", .mapped),
        ] + refusedIPv4.map { ("::ffff:" + $0.0, .mapped) }
    static let allowed = [
        "8.8.8.8", "1.0.0.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.2.1",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.113.2", "223.255.255.255",
        "2a00:1450::1", "2001:db8::2", "2620::1", "2003::1", "fbff::1", "64:ff9c::1", "2001:1::1",
    ]

    private var policy: PeerAddressPolicy {
        PeerAddressPolicy(ownAddresses: [ip("203.0.113.1"), ip("2001:db8::1")])
    }

    @Test(arguments: refusedIPv4 + refusedIPv6)
    func isRefused(text: String, refusal: PeerAddressPolicy.Refusal) {
        #expect(policy.refusal(of: ip(text)) == refusal)
    }

    @Test(arguments: allowed)
    func isAllowed(text: String) {
        #expect(policy.refusal(of: ip(text)) == nil)
    }

    @Test func operatorsAllowRanges() {
        var policy = policy
        policy.allowed = ["10.1.0.0/16", "127.0.0.1", "fd00::/8", "203.0.113.1/32"].compactMap { AddressRange($0) }
        #expect(policy.allowed.count == 4)
        for text in ["10.1.2.3", "127.0.0.1", "fd12::1", "203.0.113.1"] { #expect(policy.refusal(of: ip(text)) == nil) }
        for text in ["10.2.0.1", "127.0.0.2", "fc00::1", "::ffff:10.1.2.3"] {
            #expect(policy.refusal(of: ip(text)) != nil)
        }
    }

    @Test func theListHasEveryKind() {
        let kinds = Set((Self.refusedIPv4 + Self.refusedIPv6).map(\.1))
        #expect(kinds == Set(PeerAddressPolicy.Refusal.allCases))
    }

    /// Both requests, all transports, every form: refused, and nothing passes afterwards, either way.
    @Test(arguments: TransportProtocol.allCases)
    func everyFormIsRefusedByTheServer(transport: TransportProtocol) throws {
        for (family, addresses) in [(AddressFamily.ipv4, Self.refusedIPv4), (.ipv6, Self.refusedIPv6)] {
            var server = World().server
            var client = RawClient(transport: transport)
            client.challenge(&server, at: .zero)
            let allocation = client.allocate(&server, at: .zero) { message, packet in
                message.add(.requestedAddressFamily, leading: family.rawValue, to: &packet)
            }
            #expect(allocation?.isSuccess == true)
            for (text, _) in addresses {
                let peer = TransportAddress(ip: ip(text), port: 53)
                let permission = client.permit([peer], &server, at: .zero)
                #expect(permission?.code == .forbidden && permission?.isAuthentic == true, "\(text)")
                let fine = TransportAddress(ip: family == .ipv4 ? ip("8.8.8.8") : ip("2620::1"), port: 53)
                #expect(client.permit([fine, peer], &server, at: .zero)?.code == .forbidden, "\(text)")
                #expect(client.bind(0x4000, to: peer, &server, at: .zero)?.code == .forbidden, "\(text)")
                let sent = indication(to: peer)
                #expect(throws: Server.Failure.notPermitted) {
                    _ = try server.receive(sent.span, on: client.path, at: .zero)
                }
                let channelData: [UInt8] = [0x40, 0, 0, 1, 7]
                #expect(throws: Server.Failure.notPermitted) {
                    _ = try server.receive(channelData.span, on: client.path, at: .zero)
                }
                let inbound = Path(local: try #require(allocation?.relayed), remote: peer)
                #expect(throws: Server.Failure.notPermitted) {
                    _ = try server.receive(channelData.span, on: inbound, at: .zero)
                }
            }
            #expect(server.statistics.refusedPeers == UInt64(addresses.count * 3))
            #expect(server.statistics.forwarded == 0)
        }
    }

    @Test(arguments: ["192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::/0", "::1/128"])
    func rangesMatchANaiveComparison(text: String) throws {
        let range = try #require(AddressRange(text))
        var random = SeededRandom(seed: 3)
        for _ in 0..<500 {
            var bits = Self.bits(of: range.base)
            for _ in 0..<random.next() % 3 { bits[Int(random.next() % UInt64(bits.count))].toggle() }
            let isInside = bits.prefix(range.prefixLength) == Self.bits(of: range.base).prefix(range.prefixLength)
            #expect(range.contains(Self.address(bits)) == isInside)
        }
        #expect(!range.contains(range.base.isIPv4 ? ip("::1") : ip("192.0.2.1")))
    }

    @Test(arguments: ["", "/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/x", "::/129", "1.2.3/8", "::1/"])
    func otherTextIsNoRange(text: String) {
        #expect(AddressRange(text) == nil)
    }

    private func indication(to peer: TransportAddress) -> [UInt8] {
        [UInt8](capacity: 100) { packet in
            let transaction = TransactionIdentifier(high: 1, low: 2)
            var message = MessageBuilder(.indication, .send, transaction: transaction, into: &packet)
            message.add(.xorPeerAddress, xorAddress: peer, to: &packet)
            message.add(.data, "x", to: &packet)
            _ = message.finish(&packet)
        }
    }

    private static func bits(of ip: IPAddress) -> [Bool] {
        switch ip {
        case .v4(let bits): (0..<32).map { bits >> (31 - UInt32($0)) & 1 == 1 }
        case .v6(let high, let low):
            (0..<128).map { ($0 < 64 ? high : low) >> (63 - UInt64($0 % 64)) & 1 == 1 }
        }
    }

    private static func address(_ bits: [Bool]) -> IPAddress {
        func value(_ part: ArraySlice<Bool>) -> UInt64 { part.reduce(0) { $0 << 1 | ($1 ? 1 : 0) } }
        if bits.count == 32 { return .v4(UInt32(value(bits[...]))) }
        return .v6(high: value(bits[..<64]), low: value(bits[64...]))
    }
}

import Testing
import WireFormat

@Suite struct AddressTests {
    /// Text forms of RFC 5952 and RFC 4291.
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("0:0:1::", "0:0:1::"),
    ])
    func textRoundTrips(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.256", "1.2.3.4.5", "1.2.3.+4", ":::", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8:9", "%",
    ])
    func badTextIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: ["192.0.2.1:3478", "[2001:db8::1]:443"])
    func transportAddressesRoundTrip(text: String) {
        #expect(TransportAddress(text)?.description == text)
    }

    @Test(arguments: [
        "192.0.2.1", "[192.0.2.1]:1", "2001:db8::1:443", "192.0.2.1:70000", "192.0.2.1:", "192.0.2.1:+80",
        "192.0.2.1:-0", "[2001:db8::1]:+443", "192.0.2.1: 80", "192.0.2.1:80 ", "192.0.2.1:0x50", "192.0.2.1:000080",
        "192.0.2.1:٨٠", " 192.0.2.1:80", "[2001:db8::1] :80", "2001:db8::1]:80",
    ])
    func badTransportAddressesAreRefused(text: String) {
        #expect(TransportAddress(text) == nil)
    }

    @Test(arguments: [
        ("127.1.2.3", "loopback"), ("::1", "loopback"), ("::ffff:127.0.0.1", "loopback"), ("10.0.0.1", "private"),
        ("172.31.255.255", "private"), ("172.32.0.0", "global"), ("192.168.1.1", "private"), ("fd00::1", "private"),
        ("169.254.0.1", "linkLocal"), ("fe80::1", "linkLocal"), ("100.64.0.1", "carrier"), ("100.128.0.0", "global"),
        ("224.0.0.1", "multicast"), ("ff02::1", "multicast"), ("8.8.8.8", "global"), ("2001:db8::1", "global"),
    ])
    func scopesFollowTheRegistries(text: String, scope: String) throws {
        let address = try #require(IPAddress(text))
        let matches = [
            ("loopback", address.isLoopback), ("private", address.isPrivate), ("linkLocal", address.isLinkLocal),
            ("carrier", address.isCarrierShared), ("multicast", address.isMulticast),
        ].filter(\.1).map(\.0)
        #expect(matches == (scope == "global" ? [] : [scope]))
    }
}

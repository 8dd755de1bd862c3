import NetworkIO
import Testing
import WireFormat

/// Messages of rtnetlink(7), made by hand in this machine's byte order.
@Suite struct RouteMessageTests {
    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number) { Array($0) }
    }

    private static func message(_ type: UInt16, _ body: [UInt8]) -> [UInt8] {
        let head = bytes(UInt32(16 + body.count)) + bytes(type) + bytes(UInt16(0)) + bytes(UInt32(7)) + bytes(UInt32(0))
        return padded(head + body)
    }

    private static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        padded(bytes(UInt16(4 + value.count)) + bytes(type) + value)
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    /// RTM_NEWADDR is 20, RTM_DELADDR 21; IFA_ADDRESS is 1, IFA_LOCAL 2, IFA_FLAGS 8.
    private static func address(_ type: UInt16, family: UInt8, flags: UInt8 = 0, _ attributes: [UInt8]) -> [UInt8] {
        message(type, [family, 24, flags, 0] + bytes(UInt32(3)) + attributes)
    }

    /// RTM_NEWLINK is 16, RTM_DELLINK 17.
    private static func link(_ type: UInt16, flags: UInt32) -> [UInt8] {
        message(type, [0, 0, 0, 0] + bytes(UInt32(3)) + bytes(flags) + bytes(UInt32(0)))
    }

    private static func changes(_ bytes: [UInt8]) -> [AddressChange] {
        var reader = RouteMessageReader(bytes.span)
        var changes: [AddressChange] = []
        while let change = reader.next() { changes.append(change) }
        return changes
    }

    private static let ip = IPAddress.v4(0x0A63_0101)
    private static let sample =
        address(
            20, family: 2,
            attribute(1, [10, 99, 1, 1]) + attribute(2, [10, 99, 1, 1]) + attribute(3, [0x64, 0x30, 0]))
        + message(28, [1, 2, 3, 4]) + message(24, [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0])
        + address(20, family: 10, flags: 0x40, attribute(1, [0x20, 1] + [UInt8](repeating: 0, count: 13) + [5]))
        + address(21, family: 2, attribute(1, [10, 99, 1, 9]) + attribute(2, [10, 99, 1, 1]))
        + link(16, flags: 1) + link(16, flags: 0) + link(17, flags: 0)

    @Test func `addresses, interfaces and routes are told, in order`() {
        let ip6 = IPAddress.v6(high: 0x2001_0000_0000_0000, low: 5)
        #expect(
            Self.changes(Self.sample) == [
                .added(Self.ip, interface: 3), .routeAdded, .tentative(ip6, interface: 3),
                .removed(Self.ip, interface: 3),
                .interface(3, isUp: true), .interface(3, isUp: false), .interfaceRemoved(3),
            ])
    }

    @Test func `the flags of 32 bits count where there are some`() {
        let flags = Self.attribute(8, Self.bytes(UInt32(0x40)))
        let change = Self.changes(Self.address(20, family: 2, Self.attribute(2, [10, 99, 1, 1]) + flags))
        #expect(change == [.tentative(Self.ip, interface: 3)])
    }

    @Test func `cut short anywhere, it tells what is whole`() {
        let whole = Self.changes(Self.sample)
        for count in 0..<Self.sample.count {
            let changes = Self.changes(Array(Self.sample[..<count]))
            #expect(Array(whole.prefix(changes.count)) == changes && changes.count < whole.count)
        }
    }

    @Test func `changed bytes crash nothing`() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<20_000 {
            var bytes = Self.sample
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(random.next() & 0xFF) }
            #expect(Self.changes(bytes).count <= 32)
        }
    }
}

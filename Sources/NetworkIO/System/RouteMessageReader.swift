import CLinux
import WireFormat

/// Reads messages of rtnetlink(7): numbers are in the machine's byte order, everything is aligned to four bytes.
package struct RouteMessageReader: ~Escapable {
    private let bytes: Span<UInt8>
    private var offset = 0

    private static let headerSize = 16
    private static let addressSize = 8
    private static let interfaceSize = 16

    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The next change; nil at the end, or where the rest makes no sense. Other messages are passed over.
    @_lifetime(self: copy self)
    package mutating func next() -> AddressChange? {
        while let (type, body) = nextMessage() {
            if let change = Self.change(type, bytes.extracting(body)) { return change }
        }
        return nil
    }

    @_lifetime(self: copy self)
    private mutating func nextMessage() -> (type: UInt16, body: Range<Int>)? {
        guard bytes.count - offset >= Self.headerSize else { return nil }
        let length = Int(Self.read32(bytes, at: offset))
        let type = Self.read16(bytes, at: offset + 4)
        guard length >= Self.headerSize, length <= bytes.count - offset else { return nil }
        let body = offset + Self.headerSize..<offset + length
        offset = min(offset + Self.aligned(length), bytes.count)
        return (type, body)
    }

    private static func change(_ type: UInt16, _ body: Span<UInt8>) -> AddressChange? {
        switch Int32(type) {
        case Int32(RTM_NEWADDR), Int32(RTM_DELADDR):
            return address(body, isNew: Int32(type) == Int32(RTM_NEWADDR))
        case Int32(RTM_NEWLINK), Int32(RTM_DELLINK):
            guard body.count >= interfaceSize else { return nil }
            let index = read32(body, at: 4)
            if Int32(type) == Int32(RTM_DELLINK) { return .interfaceRemoved(index) }
            return .interface(index, isUp: read32(body, at: 8) & UInt32(LINUX_IFF_UP) != 0)
        case Int32(RTM_NEWROUTE): return .routeAdded
        default: return nil
        }
    }

    /// `struct ifaddrmsg` and its attributes. IFA_LOCAL is the own address of a point-to-point interface, where
    /// IFA_ADDRESS is the other end's.
    private static func address(_ body: Span<UInt8>, isNew: Bool) -> AddressChange? {
        guard body.count >= addressSize else { return nil }
        let index = read32(body, at: 4)
        var flags = UInt32(body[2])
        var address: IPAddress?
        var offset = addressSize
        while body.count - offset >= 4 {
            let length = Int(read16(body, at: offset))
            guard length >= 4, length <= body.count - offset else { return nil }
            let value = body.extracting(offset + 4..<offset + length)
            switch Int(read16(body, at: offset + 2)) {
            case Int(IFA_LOCAL): address = ip(value) ?? address
            case Int(IFA_ADDRESS): address = address ?? ip(value)
            case Int(IFA_FLAGS): if value.count == 4 { flags = read32(value, at: 0) }
            default: break
            }
            offset += aligned(length)
        }
        guard let address else { return nil }
        guard isNew else { return .removed(address, interface: index) }
        return flags & UInt32(IFA_F_TENTATIVE) == 0
            ? .added(address, interface: index) : .tentative(address, interface: index)
    }

    private static func ip(_ value: Span<UInt8>) -> IPAddress? {
        switch value.count {
        case 4: return .v4(UInt32(read64(value, count: 4)))
        case 16: return .v6(high: read64(value, count: 8), low: read64(value.extracting(8..<16), count: 8))
        default: return nil
        }
    }

    /// Addresses are in the network's byte order.
    private static func read64(_ value: Span<UInt8>, count: Int) -> UInt64 {
        var result: UInt64 = 0
        for index in 0..<count { result = result << 8 | UInt64(value[index]) }
        return result
    }

    /// Taken apart as it lies in memory, whatever the machine's byte order.
    private static func read32(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
        let raw = UInt32(read64(bytes.extracting(offset..<offset + 4), count: 4))
        return raw.bigEndian
    }

    private static func read16(_ bytes: Span<UInt8>, at offset: Int) -> UInt16 {
        let raw = UInt16(read64(bytes.extracting(offset..<offset + 2), count: 2))
        return raw.bigEndian
    }

    private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

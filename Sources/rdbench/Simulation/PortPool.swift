/// The ports of a simulated machine's sockets, one after the other, and anew from the first when they are used up: by then
/// nothing uses those any more.
struct PortPool {
    private static let last: UInt16 = 65_000

    private let first: UInt16
    private var latest: UInt16

    /// - Parameter first: the port before the first one.
    init(after first: UInt16) {
        self.first = first
        latest = first
    }

    /// The next port.
    mutating func take() -> UInt16 {
        latest += 1
        return latest
    }

    /// So many consecutive ports.
    mutating func take(_ count: Int) -> [UInt16] {
        if Int(latest) + count > Int(Self.last) { latest = first }
        return (0..<count).map { _ in take() }
    }
}

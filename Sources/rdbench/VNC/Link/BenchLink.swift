import WireFormat

/// The way between display and viewer.
enum BenchLink: String, CaseIterable, Sendable {
    case loopback, link

    /// Of the slow one, both ways alike.
    static let shape = LinkShape(bitsPerSecond: 20_000_000, loss: 0.01, queue: .milliseconds(100))
    static let delay = Interval.milliseconds(20)

    var words: String {
        switch self {
        case .loopback: "loopback"
        case .link: "20 Mbit/s, round trip 40 ms, 1 % loss"
        }
    }
}

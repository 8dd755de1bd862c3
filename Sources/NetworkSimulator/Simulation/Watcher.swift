import WireFormat

/// Sees all bytes that enter or leave a host.
struct Watcher {
    let host: Int
    let body: Body

    typealias Body = (_ bytes: Span<UInt8>, _ passage: Passage, _ now: Instant) -> Void
}

public import WireFormat

/// A network in virtual time: hosts, NATs, firewalls and links between them, without the endpoints that use it.
///
/// Everything that happens is an event in one queue; equal times keep their order, every random draw comes from the
/// seed, so that one seed gives one run. `Simulator` puts endpoints on it.
public struct SimulatedNetwork: ~Copyable {
    /// Virtual time.
    public internal(set) var now: Instant = .zero
    /// Events handled since the start.
    public internal(set) var eventCount = 0
    /// Links that packets have passed since the start.
    public internal(set) var hopCount = 0

    let seed: UInt64
    var queue = EventQueue()
    var pool = PacketPool()
    var trace = TraceHash()
    var hosts: [Host] = []
    var gateways: [Gateway] = []
    var networks: [Network] = [Network(gateway: nil)]
    var attachments: [Attachment] = []
    var pipes: [Pipe] = []
    var messages: [QueuedMessage?] = []
    var freeMessages: [Int] = []
    var faults: [Fault] = []
    var watchers: [Watcher] = []
    var streams: [Stream] = []
    var brokenRoutes: Set<Route> = []

    public init(seed: UInt64) { self.seed = seed }

    /// A hash over every datagram and message delivered so far: its time, its path, its bytes.
    public var traceHash: UInt64 { trace.value }

    /// Packets in flight.
    public var packetsUnderWay: Int { pool.used }
}

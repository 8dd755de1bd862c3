import NetworkIO
import Testing
import WireFormat

/// A loop that listens, and helpers to turn it until something has happened. Counts are asserted, never times.
final class StreamWorld {
    typealias Loop = DatagramLoop<FrameMachine>

    let server: Loop
    let address: TransportAddress

    init(listen: String = "127.0.0.1:0", configure: (inout StreamConfiguration) -> Void = { _ in }) throws {
        server = try Self.loop(configure)
        address = try server.listenStreams(
            on: try #require(TransportAddress(listen)), framing: FrameMachine.framing,
            precedence: FrameMachine.precedence)
    }

    static func loop(_ configure: (inout StreamConfiguration) -> Void = { _ in }) throws -> Loop {
        var configuration = DatagramConfiguration()
        configure(&configuration.streams)
        return try Loop(machine: FrameMachine(), configuration: configuration) { _, _ in }
    }

    /// Turns the loops until `condition`, for twenty seconds at most.
    static func turn(_ loops: [Loop], until condition: () -> Bool) {
        let end = BootClock.now + .seconds(20)
        while !condition(), BootClock.now < end {
            for loop in loops { loop.turn(atMost: .milliseconds(1)) }
        }
    }

    func turn(_ others: Loop..., until condition: () -> Bool) { Self.turn([server] + others, until: condition) }

    /// Opens a connection from a loop to this world's listener.
    func connect(_ loop: Loop) throws -> Path {
        var result: Result<Path, StreamFailure>?
        loop.connectStream(to: address, framing: FrameMachine.framing) { _, outcome in result = outcome }
        turn(loop) { result != nil }
        return try #require(result).get()
    }
}

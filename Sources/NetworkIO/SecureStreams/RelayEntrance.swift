import NIOCore
import WireFormat

/// Where connections of one port part: those that begin as STUN does go to the relay's loop, the others stay.
enum RelayEntrance {
    /// Adds the handler that waits for the first byte. Call it on the channel's event loop.
    ///
    /// - Parameters:
    ///   - deadline: when the first byte must be there, TLS before it done.
    ///   - sink: takes what begins as STUN does.
    ///   - other: takes what does not: adds handlers, or closes the channel.
    static func add(
        to channel: any Channel, transport: TransportProtocol, deadline: NIODeadline,
        sink: RelaySink, other: @escaping () throws -> Void
    ) throws {
        let late = channel.eventLoop.scheduleTask(deadline: deadline) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in late.cancel() }
        let pipeline = channel.pipeline.syncOperations
        let handler = FirstBytesHandler { [weak channel] guess in
            late.cancel()
            guard let channel else { return }
            switch guess {
            case .stun:
                ChannelHandover.begin(channel, transport: transport, framing: sink.framing).whenComplete { result in
                    switch result {
                    case .success(let handover):
                        leave(channel)
                        sink.deliver(handover)
                    case .failure: channel.close(promise: nil)
                    }
                }
            case .other:
                do {
                    try other()
                    leave(channel)
                } catch { channel.close(promise: nil) }
            }
        }
        try pipeline.addHandler(handler, name: name)
    }

    private static let name = "first-bytes"

    private static func leave(_ channel: any Channel) {
        channel.pipeline.removeHandler(name: name).whenFailure { _ in channel.close(promise: nil) }
    }
}

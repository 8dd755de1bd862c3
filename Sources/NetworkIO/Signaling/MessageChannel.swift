import NIOCore
import NIOWebSocket

/// Writing messages to a WebSocket channel.
enum MessageChannel {
    /// Queues a message; nothing leaves before a flush.
    static func write(_ bytes: [UInt8], to channel: Channel, masked: Bool) {
        let frame = WebSocketFrame(
            fin: true, opcode: .binary, maskKey: masked ? .random() : nil, data: channel.allocator.buffer(bytes: bytes))
        channel.write(frame, promise: nil)
    }

    /// Closes in order: what is queued goes first, then a close frame.
    static func close(_ channel: Channel, code: WebSocketErrorCode, masked: Bool) {
        var buffer = channel.allocator.buffer(capacity: 2)
        buffer.write(webSocketErrorCode: code)
        closeAfterWriting(
            WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: masked ? .random() : nil, data: buffer),
            channel)
    }

    /// A peer that does not read must not keep the channel: it is closed anyway after two seconds.
    static func closeAfterWriting(_ frame: WebSocketFrame, _ channel: Channel) {
        let late = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in late.cancel() }
        channel.writeAndFlush(frame).whenComplete { _ in channel.close(promise: nil) }
    }
}

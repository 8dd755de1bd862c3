import NIOCore
import NIOWebSocket

/// One end of a WebSocket that carries whole messages in single binary frames.
///
/// Answers pings and closes (RFC 6455 sections 5.5.1, 5.5.2); text, fragments, wrong masking, oversized frames and a flood
/// of pings end the connection, and so does a peer that reads more slowly than it is sent to.
final class MessageFrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    enum Role {
        /// RFC 6455 section 5.1: a client masks every frame, a server none.
        case client
        case server
    }

    /// What its owner does.
    struct Owner {
        var opened: (Channel) -> Void
        var received: (ByteBuffer) -> Void
        /// Called once; nil if the peer closed without a code.
        var closed: (UInt16?, (any Error)?) -> Void
    }

    private let role: Role
    private let messageLimit: Int
    private let owner: Owner
    private var closeCode: UInt16?
    private var failure: (any Error)?
    private var hasSentClose = false
    private var hasEnded = false
    private var controlFrames = ControlFrameMeter()

    init(role: Role, messageLimit: Int, owner: Owner) {
        self.role = role
        self.messageLimit = messageLimit
        self.owner = owner
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { owner.opened(context.channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard !hasSentClose else { return }
        guard frame.fin, (frame.maskKey != nil) == (role == .server), !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return fail(context, .protocolError)
        }
        switch frame.opcode {
        case .binary:
            guard frame.length <= messageLimit else { return fail(context, .messageTooLarge) }
            owner.received(frame.unmaskedData)
        case .ping, .pong:
            guard frame.length <= WebSocketRules.controlBytes, controlFrames.take(at: .now()) else {
                return fail(context, .protocolError)
            }
            guard frame.opcode == .ping else { return }
            context.writeAndFlush(wrapOutboundOut(makeFrame(.pong, frame.unmaskedData)), promise: nil)
        case .connectionClose:
            var bytes = frame.unmaskedData
            closeCode = bytes.readInteger()
            close(context, bytes: frame.unmaskedData)
        case .text: fail(context, .unacceptableData)
        default: fail(context, .protocolError)
        }
    }

    /// A reader slower than its messages fills the buffer up to the high-water mark, and that is its end.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !context.channel.isWritable {
            failure = failure ?? ChannelError.outputClosed
            context.close(promise: nil)
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = failure ?? error
        if error is NIOWebSocketError {
            fail(context, WebSocketRules.code(of: error))
        } else {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        owner.closed(closeCode, failure)
    }

    private func makeFrame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: role == .client ? .random() : nil, data: data)
    }

    private func fail(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode) {
        guard !hasSentClose else { return }
        var buffer = context.channel.allocator.buffer(capacity: 2)
        buffer.write(webSocketErrorCode: code)
        close(context, bytes: buffer)
    }

    private func close(_ context: ChannelHandlerContext, bytes: ByteBuffer) {
        guard !hasSentClose else { return }
        hasSentClose = true
        let frame = makeFrame(
            .connectionClose, bytes.getSlice(at: bytes.readerIndex, length: min(2, bytes.readableBytes)) ?? bytes)
        MessageChannel.closeAfterWriting(frame, context.channel)
    }
}

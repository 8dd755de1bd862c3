import NIOCore

/// Joins two channels of one event loop: what comes out of either goes into the other, and is not read faster than the
/// other takes it. The end of one is the end of both.
final class ChannelJoint: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var partner: ChannelJoint?
    private var context: ChannelHandlerContext?
    /// A read waits for the partner to have room.
    private var wantsRead = false
    /// What comes is handed on frame by frame.
    private let framing: StreamFraming?
    private var pending = ByteBuffer()

    private init(framing: StreamFraming?) { self.framing = framing }

    /// Two halves, one for each channel.
    ///
    /// - Parameter framing: what comes out of the second goes into the first frame by frame, so that TLS makes a record
    ///   of each: there are clients, coturn's own among them, that take a record for a message.
    static func pair(framing: StreamFraming?) -> (ChannelJoint, ChannelJoint) {
        let (first, second) = (ChannelJoint(framing: nil), ChannelJoint(framing: framing))
        (first.partner, second.partner) = (second, first)
        return (first, second)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        partner?.resumeReading()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let other = partner?.context else { return }
        var buffer = unwrapInboundIn(data)
        guard let framing else { return other.write(wrapOutboundOut(buffer), promise: nil) }
        pending.writeBuffer(&buffer)
        while let size = nextFrameSize(framing), let frame = pending.readSlice(length: size) {
            other.write(wrapOutboundOut(frame), promise: nil)
        }
        if pending.readableBytes == 0 { pending = ByteBuffer() } else { pending.discardReadBytes() }
    }

    private func nextFrameSize(_ framing: StreamFraming) -> Int? {
        let count = pending.readableBytes
        guard count > 0 else { return nil }
        return switch pending.withUnsafeReadableBytes({ framing(Span(_unsafeBytes: $0)) }) {
        case .incomplete: nil
        case .size(let size): size <= count ? size : nil
        case .invalid: count
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { partner?.context?.flush() }

    func channelInactive(context: ChannelHandlerContext) { partner?.context?.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.resumeReading() }
    }

    func read(context: ChannelHandlerContext) {
        if partner?.context?.channel.isWritable == true { context.read() } else { wantsRead = true }
    }

    private func resumeReading() {
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }
}

import NIOCore
import NIOSSL
import WireFormat

/// Waits for the first bytes of a connection, which tell its protocol, and keeps all that comes until somebody has
/// taken the connection over.
///
/// STUN, with which each client of a relay begins, has a first byte below 4 (RFC 8489 section 5), HTTP a letter.
final class FirstBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    enum ProtocolGuess {
        case stun
        case other
    }

    /// What may come before the connection is taken over.
    private static let keptBytes = 65_536

    private var kept: [ByteBuffer] = []
    private var keptCount = 0
    private var hasDecided = false
    private let decide: (ProtocolGuess) -> Void

    /// - Parameter decide: called once; whoever takes the connection adds handlers behind this one and removes it.
    init(decide: @escaping (ProtocolGuess) -> Void) { self.decide = decide }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return }
        keptCount += buffer.readableBytes
        guard keptCount <= Self.keptBytes else { return context.close(promise: nil) }
        kept.append(buffer)
        guard !hasDecided else { return }
        hasDecided = true
        decide(first < 4 ? .stun : .other)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func handlerRemoved(context: ChannelHandlerContext) { kept = [] }

    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        for buffer in kept { context.fireChannelRead(wrapInboundOut(buffer)) }
        if !kept.isEmpty { context.fireChannelReadComplete() }
        kept = []
        context.leavePipeline(removalToken: removalToken)
    }
}

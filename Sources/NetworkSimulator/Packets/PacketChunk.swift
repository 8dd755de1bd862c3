/// Memory for some packets, which never moves and is freed with its owner.
@safe
final class PacketChunk {
    let base: UnsafeMutablePointer<UInt8>

    init(bytes: Int) { unsafe base = .allocate(capacity: bytes) }

    deinit { unsafe base.deallocate() }
}

import Glibc

/// What one message to the kernel points at, made once.
final class MessageMemory {
    let name = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount, alignment: 8)
    let control = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
    let vector = UnsafeMutablePointer<iovec>.allocate(capacity: 1)

    deinit {
        name.deallocate()
        control.deallocate()
        vector.deallocate()
    }
}

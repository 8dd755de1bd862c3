import CLinux
import Glibc

/// Frames that wait for the kernel to take them, in order.
struct StreamSendBuffer {
    /// What the buffer keeps allocated when it is empty.
    private static let keptBytes = 32_768

    private var bytes: [UInt8] = []
    private var start = 0

    /// Bytes that wait.
    var count: Int { bytes.count - start }

    /// Takes a whole frame, or none of it.
    ///
    /// - Parameter isPacketed: its length goes before it.
    /// - Returns: whether there was room.
    mutating func append(_ frame: UnsafeBufferPointer<UInt8>, limit: Int, isPacketed: Bool = false) -> Bool {
        let header = isPacketed ? PacketFrames.headerBytes : 0
        guard count + header + frame.count <= limit else { return false }
        if start > 0, start >= bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
        if isPacketed {
            bytes.append(UInt8(truncatingIfNeeded: frame.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: frame.count))
        }
        bytes.append(contentsOf: frame)
        return true
    }

    /// Hands the kernel what waits.
    ///
    /// - Returns: how many bytes it took; the rest waits on.
    mutating func write(to descriptor: Int32) throws(SystemFailure) -> Int {
        let pending = start..<bytes.count
        let sent = bytes.withUnsafeBytes { all in
            Glibc.send(
                descriptor, UnsafeRawBufferPointer(rebasing: all[pending]).baseAddress, pending.count,
                Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
        guard sent >= 0 else {
            guard errno == EAGAIN || errno == EINTR else { throw SystemFailure("send") }
            return 0
        }
        start += sent
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
            start = 0
        }
        return sent
    }
}

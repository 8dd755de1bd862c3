import CLinux
import Glibc
import WireFormat

/// Buffers for many datagrams at once, made once.
@usableFromInline
final class ReceiveBatch {
    /// One call's buffers: 16 of the largest that UDP_GRO fills.
    static let slots = 16
    static let slotBytes = 65_536
    private static let controlBytes = 64

    private let bytes: UnsafeMutableRawPointer
    private let names: UnsafeMutableRawPointer
    private let controls: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    private let messages: UnsafeMutablePointer<linux_mmsghdr>

    /// One buffer's contents: one datagram, or several of `segmentBytes` each but for the last.
    @usableFromInline
    struct Received {
        @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
        @usableFromInline let source: TransportAddress
        @usableFromInline let segmentBytes: Int
        /// Of all of them: the kernel puts together only what is marked alike.
        @usableFromInline let ecn: ECNCodepoint
    }

    init() {
        bytes = .allocate(byteCount: Self.slots * Self.slotBytes, alignment: 64)
        names = .allocate(byteCount: Self.slots * KernelAddress.byteCount, alignment: 8)
        controls = .allocate(byteCount: Self.slots * Self.controlBytes, alignment: 8)
        vectors = .allocate(capacity: Self.slots)
        messages = .allocate(capacity: Self.slots)
        for slot in 0..<Self.slots {
            vectors.advanced(by: slot).initialize(
                to: iovec(iov_base: bytes + slot * Self.slotBytes, iov_len: Self.slotBytes))
            messages.advanced(by: slot).initialize(to: linux_mmsghdr())
            messages[slot].msg_hdr.msg_iov = vectors + slot
            messages[slot].msg_hdr.msg_iovlen = 1
            messages[slot].msg_hdr.msg_name = names + slot * KernelAddress.byteCount
            messages[slot].msg_hdr.msg_control = controls + slot * Self.controlBytes
        }
    }

    deinit {
        bytes.deallocate()
        names.deallocate()
        controls.deallocate()
        vectors.deallocate()
        messages.deallocate()
    }

    /// Takes what a socket has, at most `wanted` of the buffers' number, without waiting.
    ///
    /// - Returns: the number of filled buffers, or -1 with `errno` set.
    func receive(_ wanted: Int, from socket: DatagramSocket) -> Int {
        for slot in 0..<wanted {
            messages[slot].msg_hdr.msg_namelen = socklen_t(KernelAddress.byteCount)
            messages[slot].msg_hdr.msg_controllen = Self.controlBytes
        }
        guard wanted == 1 else {
            return Int(linux_recvmmsg(socket.descriptor, messages, UInt32(wanted), Int32(MSG_DONTWAIT)))
        }
        let count = linux_recvmsg(socket.descriptor, &messages[0].msg_hdr, Int32(MSG_DONTWAIT))
        guard count >= 0 else { return -1 }
        messages[0].msg_len = UInt32(count)
        return 1
    }

    /// The contents of a filled buffer; nil if they are cut short or from no internet address.
    @usableFromInline
    func received(_ slot: Int) -> Received? {
        let header = messages[slot].msg_hdr
        let count = Int(messages[slot].msg_len)
        guard header.msg_flags & Int32(MSG_TRUNC) == 0, header.msg_namelen > 0,
            let source = KernelAddress.read(names + slot * KernelAddress.byteCount)
        else { return nil }
        let start = (bytes + slot * Self.slotBytes).assumingMemoryBound(to: UInt8.self)
        let (segment, ecn) = control(header)
        return Received(
            bytes: UnsafeBufferPointer(start: start, count: count), source: source,
            segmentBytes: segment > 0 ? segment : max(1, count), ecn: ecn)
    }

    /// The value of the UDP_GRO control message, 0 if there is none, and the ECN bits of IP_TOS or IPV6_TCLASS.
    private func control(_ header: msghdr) -> (segmentBytes: Int, ecn: ECNCodepoint) {
        var result = (segmentBytes: 0, ecn: ECNCodepoint.notCapable)
        guard let control = header.msg_control else { return result }
        var offset = 0
        let headerBytes = MemoryLayout<cmsghdr>.size
        while offset + headerBytes < header.msg_controllen {
            let entry = control.loadUnaligned(fromByteOffset: offset, as: cmsghdr.self)
            guard entry.cmsg_len > headerBytes, offset + entry.cmsg_len <= header.msg_controllen else { break }
            let value = offset + headerBytes
            switch (entry.cmsg_level, entry.cmsg_type) {
            case (Int32(IPPROTO_UDP), UDP_GRO) where entry.cmsg_len >= headerBytes + 4:
                result.segmentBytes = Int(control.loadUnaligned(fromByteOffset: value, as: Int32.self))
            // The value is a byte, or an integer whose lowest byte comes first.
            case (Int32(IPPROTO_IP), ControlType.typeOfService), (Int32(IPPROTO_IPV6), ControlType.trafficClass):
                let bits = control.load(fromByteOffset: value, as: UInt8.self) & 3
                result.ecn = ECNCodepoint(rawValue: bits) ?? .notCapable
            default: break
            }
            offset += (entry.cmsg_len + 7) & ~7
        }
        return result
    }
}

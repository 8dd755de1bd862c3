import CLinux
import Glibc
import WireFormat

/// Packets on their way out: packed one behind the other, so that a run of equal ones to one destination is one
/// message for the kernel to segment (UDP_SEGMENT), and many messages are one call.
@usableFromInline
final class SendBatch {
    @usableFromInline static let arenaBytes = 262_144
    static let messageLimit = 64
    /// The largest packet: an Ethernet jumbo frame's is beyond any path that a peer probes for.
    @usableFromInline static let packetBytes = 2_048
    /// The kernel takes 64 segments at least (UDP_MAX_SEGMENTS) and one UDP datagram's bytes in all.
    private static let segmentLimit = 64
    private static let runBytes = 65_000
    private static let controlBytes = 24

    private struct Run {
        /// There until the flush: the engine closes none before.
        var socket: Unmanaged<DatagramSocket>
        var remote: TransportAddress
        var start: Int
        var byteCount: Int
        var segmentBytes: Int
        var segments: Int
        /// A shorter packet has gone in, which ends the run.
        var isClosed: Bool

        var descriptor: Int32 { socket._withUnsafeGuaranteedRef { $0.descriptor } }
    }

    private let arena: UnsafeMutablePointer<UInt8>
    private let names: UnsafeMutableRawPointer
    private let controls: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    private let messages: UnsafeMutablePointer<linux_mmsghdr>
    private let runs: UnsafeMutablePointer<Run>
    private var runCount = 0
    private var used = 0

    init() {
        arena = .allocate(capacity: Self.arenaBytes)
        names = .allocate(byteCount: Self.messageLimit * KernelAddress.byteCount, alignment: 8)
        controls = .allocate(byteCount: Self.messageLimit * Self.controlBytes, alignment: 8)
        vectors = .allocate(capacity: Self.messageLimit)
        messages = .allocate(capacity: Self.messageLimit)
        vectors.initialize(repeating: iovec(), count: Self.messageLimit)
        messages.initialize(repeating: linux_mmsghdr(), count: Self.messageLimit)
        runs = .allocate(capacity: Self.messageLimit)
    }

    deinit {
        arena.deallocate()
        names.deallocate()
        controls.deallocate()
        vectors.deallocate()
        messages.deallocate()
        runs.deallocate()
    }

    var isFull: Bool { runCount == Self.messageLimit || Self.arenaBytes - used < Self.packetBytes }

    /// Where the next packet goes.
    @usableFromInline var space: UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(start: arena + used, count: Self.packetBytes)
    }

    /// Takes the packet that was written to `space`.
    func append(_ count: Int, to remote: TransportAddress, from socket: DatagramSocket) {
        defer { used += count }
        let source = Unmanaged.passUnretained(socket)
        if runCount > 0, extend(&runs[runCount - 1], by: count, to: remote, from: source) { return }
        runs[runCount] = Run(
            socket: source, remote: remote, start: used, byteCount: count, segmentBytes: count, segments: 1,
            isClosed: false)
        runCount += 1
    }

    /// Adds a packet to the run before, if it is more of the same.
    private func extend(
        _ run: inout Run, by count: Int, to remote: TransportAddress, from socket: Unmanaged<DatagramSocket>
    ) -> Bool {
        guard !run.isClosed, run.socket.toOpaque() == socket.toOpaque(), run.remote == remote, count > 0,
            count <= run.segmentBytes, socket._withUnsafeGuaranteedRef({ $0.canSegment }),
            run.segments < Self.segmentLimit, run.byteCount + count <= Self.runBytes
        else { return false }
        run.byteCount += count
        run.segments += 1
        run.isClosed = count < run.segmentBytes
        return true
    }

    /// Hands everything to the kernel; what it refuses is counted.
    func flush(_ statistics: UnsafeMutablePointer<DatagramStatistics>) {
        var index = 0
        while index < runCount {
            var end = index + 1
            while end < runCount, runs[end].socket.toOpaque() == runs[index].socket.toOpaque() { end += 1 }
            if end == index + 1, runs[index].segments == 1 {
                sendAlone(runs[index], &statistics.pointee)
            } else {
                send(index..<end, &statistics.pointee)
            }
            index = end
        }
        runCount = 0
        used = 0
    }

    /// Sends a single packet, which is cheaper in this way.
    private func sendAlone(_ run: Run, _ statistics: inout DatagramStatistics) {
        let length = KernelAddress.write(run.remote, to: names)
        statistics.sendCalls += 1
        let sent = linux_sendto(
            run.descriptor, arena + run.start, run.byteCount, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), names, length)
        if sent >= 0 { countSent(run, &statistics) } else { refused(run, errno, &statistics) }
    }

    /// Sends runs of one socket.
    private func send(_ range: Range<Int>, _ statistics: inout DatagramStatistics) {
        for index in range { prepare(runs[index], slot: index - range.lowerBound) }
        var next = range.lowerBound
        while next < range.upperBound {
            let slot = next - range.lowerBound
            statistics.sendCalls += 1
            let sent = linux_sendmmsg(
                runs[next].descriptor, messages + slot, UInt32(range.upperBound - next),
                Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            if sent > 0 {
                for index in next..<next + Int(sent) { countSent(runs[index], &statistics) }
                next += Int(sent)
            } else {
                // The error is that of the first message; the others have not been tried.
                refused(runs[next], errno, &statistics)
                next += 1
            }
        }
    }

    private func prepare(_ run: Run, slot: Int) {
        let name = names + slot * KernelAddress.byteCount
        vectors[slot] = iovec(iov_base: arena + run.start, iov_len: run.byteCount)
        messages[slot].msg_len = 0
        messages[slot].msg_hdr.msg_name = name
        messages[slot].msg_hdr.msg_namelen = KernelAddress.write(run.remote, to: name)
        messages[slot].msg_hdr.msg_iov = vectors + slot
        messages[slot].msg_hdr.msg_iovlen = 1
        messages[slot].msg_hdr.msg_flags = 0
        guard run.segments > 1 else {
            messages[slot].msg_hdr.msg_control = nil
            messages[slot].msg_hdr.msg_controllen = 0
            return
        }
        let control = controls + slot * Self.controlBytes
        var header = cmsghdr()
        header.cmsg_len = MemoryLayout<cmsghdr>.size + 2
        header.cmsg_level = Int32(IPPROTO_UDP)
        header.cmsg_type = UDP_SEGMENT
        control.storeBytes(of: header, as: cmsghdr.self)
        control.storeBytes(
            of: UInt16(truncatingIfNeeded: run.segmentBytes), toByteOffset: MemoryLayout<cmsghdr>.size, as: UInt16.self)
        messages[slot].msg_hdr.msg_control = control
        messages[slot].msg_hdr.msg_controllen = Self.controlBytes
    }

    private func countSent(_ run: Run, _ statistics: inout DatagramStatistics) {
        statistics.datagramsSent += UInt64(run.segments)
        statistics.bytesSent += UInt64(run.byteCount)
        if run.segments > 1 { statistics.segmentedSent += 1 }
    }

    private func refused(_ run: Run, _ code: Int32, _ statistics: inout DatagramStatistics) {
        // EIO: the interface cannot compute checksums of segments. EINVAL: a segment exceeds the route's MTU.
        // The packets themselves may be fine, so they go one by one.
        if run.segments > 1, code == EIO || code == EINVAL || code == EMSGSIZE {
            statistics.segmentationRefused += 1
            if code == EIO { run.socket.takeUnretainedValue().canSegment = false }
            return sendSingly(run, &statistics)
        }
        switch code {
        case EAGAIN, ENOBUFS: statistics.sendFull += UInt64(run.segments)
        case EMSGSIZE: statistics.sendTooLarge += UInt64(run.segments)
        default: statistics.sendErrors += UInt64(run.segments)
        }
    }

    private func sendSingly(_ run: Run, _ statistics: inout DatagramStatistics) {
        var offset = 0
        while offset < run.byteCount {
            var single = run
            single.start += offset
            (single.segments, single.byteCount) = (1, min(run.segmentBytes, run.byteCount - offset))
            sendAlone(single, &statistics)
            offset += single.byteCount
        }
    }
}

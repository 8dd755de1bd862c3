import CLinux
import Glibc
import WireFormat

/// Packets on their way out. Equal ones of one socket to one destination are one message for the kernel to segment
/// (UDP_SEGMENT), and the messages of one socket are one call, in the order in which they were taken; those of
/// different sockets may pass each other.
@usableFromInline
final class SendBatch {
    @usableFromInline static let arenaBytes = 262_144
    static let messageLimit = 64
    static let pieceLimit = 256
    /// The largest packet: an Ethernet jumbo frame's is beyond any path that a peer probes for.
    @usableFromInline static let packetBytes = 2_048
    /// The kernel takes 64 segments at least (UDP_MAX_SEGMENTS) and one UDP datagram's bytes in all.
    private static let segmentLimit = 64
    private static let runBytes = 65_000
    /// Of one control message with a number, and of both that a message may need.
    private static let entryBytes = 24
    private static let controlBytes = 2 * entryBytes

    /// Packets that are one behind the other in the arena.
    private struct Piece {
        var start: Int
        var byteCount: Int
        /// The next of the same run.
        var next: Int?
    }

    /// One message.
    private struct Run {
        /// There until the flush: the engine closes none before.
        var socket: Unmanaged<DatagramSocket>
        var remote: TransportAddress
        var ecn: ECNCodepoint
        var firstPiece: Int
        var lastPiece: Int
        var byteCount: Int
        var segmentBytes: Int
        var segments: Int
        /// A shorter packet has gone in, which ends the run.
        var isClosed: Bool
        /// The next of the same socket.
        var next: Int?

        var descriptor: Int32 { socket._withUnsafeGuaranteedRef { $0.descriptor } }
    }

    private let arena: UnsafeMutablePointer<UInt8>
    private let names: UnsafeMutableRawPointer
    private let controls: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    private let messages: UnsafeMutablePointer<linux_mmsghdr>
    private let runs: UnsafeMutablePointer<Run>
    private let pieces: UnsafeMutablePointer<Piece>
    private let single = MessageMemory()
    /// Of each socket, its first run.
    private let heads: UnsafeMutablePointer<Int>
    private var runCount = 0
    private var pieceCount = 0
    private var headCount = 0
    private var used = 0
    /// How many flushes there were: a socket's last run is one of this batch, or none.
    private var number: UInt64 = 1

    init() {
        arena = .allocate(capacity: Self.arenaBytes)
        names = .allocate(byteCount: Self.messageLimit * KernelAddress.byteCount, alignment: 8)
        controls = .allocate(byteCount: Self.messageLimit * Self.controlBytes, alignment: 8)
        vectors = .allocate(capacity: Self.pieceLimit)
        messages = .allocate(capacity: Self.messageLimit)
        vectors.initialize(repeating: iovec(), count: Self.pieceLimit)
        messages.initialize(repeating: linux_mmsghdr(), count: Self.messageLimit)
        runs = .allocate(capacity: Self.messageLimit)
        pieces = .allocate(capacity: Self.pieceLimit)
        heads = .allocate(capacity: Self.messageLimit)
    }

    deinit {
        arena.deallocate()
        names.deallocate()
        controls.deallocate()
        vectors.deallocate()
        messages.deallocate()
        runs.deallocate()
        pieces.deallocate()
        heads.deallocate()
    }

    var isFull: Bool {
        runCount == Self.messageLimit || pieceCount == Self.pieceLimit || Self.arenaBytes - used < Self.packetBytes
    }

    /// Where the next packet goes.
    @usableFromInline var space: UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(start: arena + used, count: Self.packetBytes)
    }

    /// Takes the packet that was written to `space`.
    func append(_ count: Int, to remote: TransportAddress, ecn: ECNCodepoint, from socket: DatagramSocket) {
        defer { used += count }
        let last = socket.lastRun.batch == number ? socket.lastRun.index : nil
        if let last, runs[last].ecn == ecn,
            extend(&runs[last], by: count, to: remote, canSegment: socket.canSegment)
        {
            return
        }
        pieces[pieceCount] = Piece(start: used, byteCount: count, next: nil)
        runs[runCount] = Run(
            socket: Unmanaged.passUnretained(socket), remote: remote, ecn: ecn, firstPiece: pieceCount,
            lastPiece: pieceCount, byteCount: count, segmentBytes: count, segments: 1, isClosed: false, next: nil)
        if let last {
            runs[last].next = runCount
        } else {
            heads[headCount] = runCount
            headCount += 1
        }
        socket.lastRun = (batch: number, index: runCount)
        runCount += 1
        pieceCount += 1
    }

    /// Adds a packet to the socket's run before, if it is more of the same.
    private func extend(_ run: inout Run, by count: Int, to remote: TransportAddress, canSegment: Bool) -> Bool {
        guard !run.isClosed, run.remote == remote, count > 0, count <= run.segmentBytes, canSegment,
            run.segments < Self.segmentLimit, run.byteCount + count <= Self.runBytes
        else { return false }
        let last = run.lastPiece
        if pieces[last].start + pieces[last].byteCount == used {
            pieces[last].byteCount += count
        } else {
            pieces[pieceCount] = Piece(start: used, byteCount: count, next: nil)
            pieces[last].next = pieceCount
            run.lastPiece = pieceCount
            pieceCount += 1
        }
        run.byteCount += count
        run.segments += 1
        run.isClosed = count < run.segmentBytes
        return true
    }

    /// Hands everything to the kernel; what it refuses is counted.
    func flush(_ statistics: UnsafeMutablePointer<DatagramStatistics>) {
        guard runCount > 0 else { return }
        for index in 0..<headCount {
            let head = heads[index]
            if runs[head].next == nil, runs[head].segments == 1 {
                sendAlone(
                    pieces[runs[head].firstPiece].start, runs[head].byteCount, of: runs[head], &statistics.pointee)
            } else {
                send(from: head, &statistics.pointee)
            }
        }
        (runCount, pieceCount, headCount, used) = (0, 0, 0, 0)
        number += 1
    }

    /// Sends a single packet, which is cheaper in this way.
    private func sendAlone(_ start: Int, _ count: Int, of run: Run, _ statistics: inout DatagramStatistics) {
        statistics.sendCalls += 1
        let sent = run.ecn == .notCapable ? sendPlain(start, count, of: run) : sendMarked(start, count, of: run)
        if sent >= 0 {
            statistics.datagramsSent += 1
            statistics.bytesSent += UInt64(count)
        } else {
            countRefused(1, errno, &statistics)
        }
    }

    private func sendPlain(_ start: Int, _ count: Int, of run: Run) -> Int {
        let length = KernelAddress.write(run.remote, to: names)
        return linux_sendto(
            run.descriptor, arena + start, count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), names, length)
    }

    /// With its own message: those of the batch may still be needed.
    private func sendMarked(_ start: Int, _ count: Int, of run: Run) -> Int {
        single.vector.pointee = iovec(iov_base: arena + start, iov_len: count)
        var message = msghdr()
        message.msg_name = single.name
        message.msg_namelen = KernelAddress.write(run.remote, to: single.name)
        message.msg_iov = single.vector
        message.msg_iovlen = 1
        message.msg_control = single.control
        message.msg_controllen = writeMark(of: run, to: single.control)
        return linux_sendmsg(run.descriptor, &message, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }

    /// Sends a socket's runs.
    private func send(from head: Int, _ statistics: inout DatagramStatistics) {
        var count = 0
        var vectorCount = 0
        var run: Int? = head
        while let index = run {
            prepare(runs[index], slot: count, &vectorCount)
            count += 1
            run = runs[index].next
        }
        var slot = 0
        var next = head
        while slot < count {
            statistics.sendCalls += 1
            let sent = linux_sendmmsg(
                runs[head].descriptor, messages + slot, UInt32(count - slot), Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            // An error is that of the first message; the others have not been tried.
            if sent <= 0 { refused(runs[next], errno, &statistics) }
            for offset in 0..<max(1, Int(sent)) {
                if offset < sent { countSent(runs[next], &statistics) }
                slot += 1
                next = runs[next].next ?? next
            }
        }
    }

    private func prepare(_ run: Run, slot: Int, _ vectorCount: inout Int) {
        let name = names + slot * KernelAddress.byteCount
        let start = vectorCount
        var piece: Int? = run.firstPiece
        while let index = piece {
            vectors[vectorCount] = iovec(iov_base: arena + pieces[index].start, iov_len: pieces[index].byteCount)
            vectorCount += 1
            piece = pieces[index].next
        }
        messages[slot].msg_len = 0
        messages[slot].msg_hdr.msg_name = name
        messages[slot].msg_hdr.msg_namelen = KernelAddress.write(run.remote, to: name)
        messages[slot].msg_hdr.msg_iov = vectors + start
        messages[slot].msg_hdr.msg_iovlen = vectorCount - start
        messages[slot].msg_hdr.msg_flags = 0
        let control = controls + slot * Self.controlBytes
        var length = run.ecn == .notCapable ? 0 : writeMark(of: run, to: control)
        if run.segments > 1 { length += writeSegmentBytes(of: run, to: control + length) }
        messages[slot].msg_hdr.msg_control = length > 0 ? control : nil
        messages[slot].msg_hdr.msg_controllen = length
    }

    /// Writes a control message; returns its length.
    private func writeMark(of run: Run, to control: UnsafeMutableRawPointer) -> Int {
        let isIPv4 = run.remote.ip.isIPv4
        var header = cmsghdr()
        header.cmsg_len = MemoryLayout<cmsghdr>.size + 4
        header.cmsg_level = Int32(isIPv4 ? IPPROTO_IP : IPPROTO_IPV6)
        header.cmsg_type = isIPv4 ? ControlType.typeOfService : ControlType.trafficClass
        control.storeBytes(of: header, as: cmsghdr.self)
        control.storeBytes(of: Int32(run.ecn.rawValue), toByteOffset: MemoryLayout<cmsghdr>.size, as: Int32.self)
        return Self.entryBytes
    }

    private func writeSegmentBytes(of run: Run, to control: UnsafeMutableRawPointer) -> Int {
        var header = cmsghdr()
        header.cmsg_len = MemoryLayout<cmsghdr>.size + 2
        header.cmsg_level = Int32(IPPROTO_UDP)
        header.cmsg_type = UDP_SEGMENT
        control.storeBytes(of: header, as: cmsghdr.self)
        control.storeBytes(
            of: UInt16(truncatingIfNeeded: run.segmentBytes), toByteOffset: MemoryLayout<cmsghdr>.size, as: UInt16.self)
        return Self.entryBytes
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
        countRefused(run.segments, code, &statistics)
    }

    private func countRefused(_ packets: Int, _ code: Int32, _ statistics: inout DatagramStatistics) {
        switch code {
        case EAGAIN, ENOBUFS: statistics.sendFull += UInt64(packets)
        case EMSGSIZE: statistics.sendTooLarge += UInt64(packets)
        default: statistics.sendErrors += UInt64(packets)
        }
    }

    private func sendSingly(_ run: Run, _ statistics: inout DatagramStatistics) {
        var piece: Int? = run.firstPiece
        while let index = piece {
            var offset = 0
            while offset < pieces[index].byteCount {
                let count = min(run.segmentBytes, pieces[index].byteCount - offset)
                sendAlone(pieces[index].start + offset, count, of: run, &statistics)
                offset += count
            }
            piece = pieces[index].next
        }
    }
}

import CLinux
import Foundation
import WireFormat

/// One UDP socket that is many clients, or many peers: it sends from any address of 127.0.0.0/8, and is told at which
/// one a packet came. Buffers are made once; many packets are one system call. Unless it `joinsDatagrams`, it neither
/// hands the kernel several as one nor takes them so: whoever relays is given each by itself, and pays for cutting apart
/// what it joined.
final class LoopbackSocket {
    /// Messages in one call.
    static let batch = 64
    private static let piecesPerDatagram = 2
    /// Room for what UDP_GRO joins.
    private static let slotBytes = 65_536
    private static let controlBytes = 128
    /// A control message of in_pktinfo or less.
    private static let entryBytes = (MemoryLayout<cmsghdr>.size + MemoryLayout<in_pktinfo>.size + 7) & ~7
    private static let mostJoinedBytes = 65_000
    private static let bufferBytes: Int32 = 8 * 1_024 * 1_024

    /// Numbers that the Glibc module lacks, or shows in some files only.
    private enum Option {
        static let datagram: Int32 = 2
        static let segment: Int32 = 103
        static let receiveJoined: Int32 = 104
        static let packetInformation: Int32 = 8
        static let receiveBufferForce: Int32 = 33
        static let sendBufferForce: Int32 = 32
        static let timestampNanoseconds: Int32 = 35
    }

    /// A datagram that came.
    struct Arrival {
        let bytes: UnsafeRawBufferPointer
        let source: TransportAddress
        let destination: IPAddress
        /// When the kernel took it in, as `RelayClock.now`; 0 without timestamps.
        let nanoseconds: Int64
    }

    let port: UInt16
    private let descriptor: Int32
    private let received: UnsafeMutableRawPointer
    private let receiveNames: UnsafeMutablePointer<sockaddr_in>
    private let receiveControls: UnsafeMutableRawPointer
    private let receiveVectors: UnsafeMutablePointer<iovec>
    private let receiveMessages: UnsafeMutablePointer<linux_mmsghdr>
    private let sendNames: UnsafeMutablePointer<sockaddr_in>
    private let sendControls: UnsafeMutableRawPointer
    private let sendVectors: UnsafeMutablePointer<iovec>
    private let sendMessages: UnsafeMutablePointer<linux_mmsghdr>
    private var queued = 0
    /// The last message's destination, its source, and its datagrams' size and number.
    private var lastRun = Run()
    private var usedVectors = 0
    /// Hands the kernel equal datagrams of one flow as one, and takes them so, as sockets of `NetworkIO` do.
    var joinsDatagrams = false {
        didSet {
            var value: Int32 = joinsDatagrams ? 1 : 0
            setsockopt(
                descriptor, Int32(IPPROTO_UDP), Option.receiveJoined, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }
    /// Messages that the kernel would not take.
    private(set) var refused = 0

    /// - Parameter isStamping: arrivals have their times, which costs every packet on the machine a little.
    init(isStamping: Bool = false) throws(BenchFailure) {
        (descriptor, port) = try Self.open(isStamping: isStamping)
        received = .allocate(byteCount: Self.batch * Self.slotBytes, alignment: 64)
        receiveNames = .allocate(capacity: Self.batch)
        receiveControls = .allocate(byteCount: Self.batch * Self.controlBytes, alignment: 8)
        receiveVectors = .allocate(capacity: Self.batch)
        receiveMessages = .allocate(capacity: Self.batch)
        sendNames = .allocate(capacity: Self.batch)
        sendControls = .allocate(byteCount: Self.batch * Self.controlBytes, alignment: 8)
        sendVectors = .allocate(capacity: Self.batch * Self.piecesPerDatagram)
        sendMessages = .allocate(capacity: Self.batch)
        prepare()
    }

    private static func open(isStamping: Bool) throws(BenchFailure) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Option.datagram | O_NONBLOCK | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .programFailed("socket", reason: reason) }
        func set(_ level: Int32, _ option: Int32, _ value: Int32) {
            var value = value
            setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
        for option in [SO_RCVBUF, SO_SNDBUF, Option.receiveBufferForce, Option.sendBufferForce] {
            set(SOL_SOCKET, option, bufferBytes)
        }
        set(Int32(IPPROTO_IP), Option.packetInformation, 1)
        if isStamping { set(SOL_SOCKET, Option.timestampNanoseconds, 1) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else {
            close(descriptor)
            throw .programFailed("bind", reason: reason)
        }
        return (descriptor, UInt16(bigEndian: name.sin_port))
    }

    private func prepare() {
        receiveNames.initialize(repeating: sockaddr_in(), count: Self.batch)
        sendNames.initialize(repeating: sockaddr_in(), count: Self.batch)
        sendVectors.initialize(repeating: iovec(), count: Self.batch * Self.piecesPerDatagram)
        sendControls.initializeMemory(as: UInt8.self, repeating: 0, count: Self.batch * Self.controlBytes)
        for slot in 0..<Self.batch {
            (receiveVectors + slot).initialize(
                to: iovec(iov_base: received + slot * Self.slotBytes, iov_len: Self.slotBytes))
            var message = linux_mmsghdr()
            message.msg_hdr.msg_iov = receiveVectors + slot
            message.msg_hdr.msg_iovlen = 1
            message.msg_hdr.msg_name = UnsafeMutableRawPointer(receiveNames + slot)
            message.msg_hdr.msg_control = receiveControls + slot * Self.controlBytes
            (receiveMessages + slot).initialize(to: message)
            message.msg_hdr.msg_name = UnsafeMutableRawPointer(sendNames + slot)
            message.msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
            message.msg_hdr.msg_control = sendControls + slot * Self.controlBytes
            (sendMessages + slot).initialize(to: message)
        }
    }

    deinit {
        close(descriptor)
        received.deallocate()
        receiveNames.deallocate()
        receiveControls.deallocate()
        receiveVectors.deallocate()
        receiveMessages.deallocate()
        sendNames.deallocate()
        sendControls.deallocate()
        sendVectors.deallocate()
        sendMessages.deallocate()
    }

    private static var reason: String { String(cString: strerror(errno)) }

    // MARK: Sending

    private struct Run {
        var source: UInt32 = 0
        var destination: (ip: UInt32, port: UInt16) = (0, 0)
        var datagramBytes = 0
    }

    /// Takes a datagram of two pieces for the next `flush`; their memory stays as it is until then.
    func queue(
        _ pieces: (UnsafeRawBufferPointer, UnsafeRawBufferPointer), from source: UInt32,
        to destination: (ip: UInt32, port: UInt16)
    ) {
        let run = Run(source: source, destination: destination, datagramBytes: pieces.0.count + pieces.1.count)
        if usedVectors == Self.batch * Self.piecesPerDatagram { flush() }
        if !extends(run) { begin(run) }
        lastRun = run
        sendVectors[usedVectors] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: pieces.0.baseAddress), iov_len: pieces.0.count)
        sendVectors[usedVectors + 1] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: pieces.1.baseAddress), iov_len: pieces.1.count)
        usedVectors += Self.piecesPerDatagram
        sendMessages[queued - 1].msg_hdr.msg_iovlen += Self.piecesPerDatagram
        let isJoined = sendMessages[queued - 1].msg_hdr.msg_iovlen > Self.piecesPerDatagram
        sendMessages[queued - 1].msg_hdr.msg_controllen = Self.entryBytes * (isJoined ? 2 : 1)
    }

    private func extends(_ run: Run) -> Bool {
        guard joinsDatagrams, queued > 0, run.source == lastRun.source, run.destination == lastRun.destination,
            run.datagramBytes == lastRun.datagramBytes
        else { return false }
        let count = sendMessages[queued - 1].msg_hdr.msg_iovlen / Self.piecesPerDatagram
        return (count + 1) * run.datagramBytes <= Self.mostJoinedBytes
    }

    /// A new message without pieces yet.
    private func begin(_ run: Run) {
        let slot = queued
        queued += 1
        sendNames[slot].sin_family = sa_family_t(AF_INET)
        sendNames[slot].sin_port = run.destination.port.bigEndian
        sendNames[slot].sin_addr.s_addr = run.destination.ip.bigEndian
        sendMessages[slot].msg_hdr.msg_iov = sendVectors + usedVectors
        sendMessages[slot].msg_hdr.msg_iovlen = 0
        let control = sendControls + slot * Self.controlBytes
        var information = in_pktinfo()
        information.ipi_spec_dst.s_addr = run.source.bigEndian
        write(information, level: Int32(IPPROTO_IP), type: Option.packetInformation, at: control)
        write(
            UInt16(run.datagramBytes), level: Int32(IPPROTO_UDP), type: Option.segment, at: control + Self.entryBytes)
    }

    private func write<Value: BitwiseCopyable>(
        _ value: Value, level: Int32, type: Int32, at control: UnsafeMutableRawPointer
    ) {
        var entry = cmsghdr()
        entry.cmsg_len = MemoryLayout<cmsghdr>.size + MemoryLayout<Value>.size
        entry.cmsg_level = level
        entry.cmsg_type = type
        control.storeBytes(of: entry, as: cmsghdr.self)
        control.storeBytes(of: value, toByteOffset: MemoryLayout<cmsghdr>.size, as: Value.self)
    }

    func flush() {
        var next = 0
        while next < queued {
            let sent = linux_sendmmsg(descriptor, sendMessages + next, UInt32(queued - next), Int32(MSG_DONTWAIT))
            if sent <= 0 { refused += 1 }
            next += max(1, Int(sent))
        }
        queued = 0
        usedVectors = 0
    }

    // MARK: Receiving

    /// Takes what there is, one call's worth.
    ///
    /// - Returns: how many datagrams came.
    func receive(_ take: (Arrival) -> Void) -> Int {
        for slot in 0..<Self.batch {
            receiveMessages[slot].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
            receiveMessages[slot].msg_hdr.msg_controllen = Self.controlBytes
        }
        let count = Int(linux_recvmmsg(descriptor, receiveMessages, UInt32(Self.batch), Int32(MSG_DONTWAIT)))
        var datagrams = 0
        for slot in 0..<max(0, count) {
            let bytes = UnsafeRawBufferPointer(
                start: received + slot * Self.slotBytes, count: Int(receiveMessages[slot].msg_len))
            let envelope = envelope(slot)
            var offset = 0
            repeat {
                let end = min(offset + (envelope.datagramBytes ?? bytes.count), bytes.count)
                take(
                    Arrival(
                        bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<end]), source: envelope.source,
                        destination: envelope.destination, nanoseconds: envelope.nanoseconds))
                datagrams += 1
                offset = end
            } while offset < bytes.count
        }
        return datagrams
    }

    /// What the kernel says about a message.
    private struct Envelope {
        let source: TransportAddress
        var destination = IPAddress.v4(0)
        var nanoseconds: Int64 = 0
        /// Of each of the datagrams that were joined.
        var datagramBytes: Int?
    }

    private func envelope(_ slot: Int) -> Envelope {
        let name = receiveNames[slot]
        var envelope = Envelope(
            source: TransportAddress(
                ip: .v4(UInt32(bigEndian: name.sin_addr.s_addr)), port: UInt16(bigEndian: name.sin_port)))
        let control = receiveControls + slot * Self.controlBytes
        let header = MemoryLayout<cmsghdr>.size
        var offset = 0
        while offset + header <= receiveMessages[slot].msg_hdr.msg_controllen {
            let entry = control.loadUnaligned(fromByteOffset: offset, as: cmsghdr.self)
            guard entry.cmsg_len >= header else { break }
            switch (entry.cmsg_level, entry.cmsg_type) {
            case (Int32(IPPROTO_IP), Option.packetInformation):
                let information = control.loadUnaligned(fromByteOffset: offset + header, as: in_pktinfo.self)
                envelope.destination = .v4(UInt32(bigEndian: information.ipi_addr.s_addr))
            case (SOL_SOCKET, Option.timestampNanoseconds):
                let time = control.loadUnaligned(fromByteOffset: offset + header, as: timespec.self)
                envelope.nanoseconds = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
            case (Int32(IPPROTO_UDP), Option.receiveJoined):
                envelope.datagramBytes = Int(control.loadUnaligned(fromByteOffset: offset + header, as: Int32.self))
            default: break
            }
            offset += (entry.cmsg_len + 7) & ~7
        }
        return envelope
    }
}

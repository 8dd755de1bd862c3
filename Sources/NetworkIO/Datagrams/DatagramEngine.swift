import CLinux
import Glibc
import WireFormat

/// The part of a loop that does not depend on its machine: sockets, buffers, the poller, foreign descriptors.
@usableFromInline
final class DatagramEngine {
    private enum Watched {
        case socket(DatagramSocket)
        case mailbox
        case foreign(Int32, handler: (DatagramReadiness) -> Void)
    }

    private let poller: Poller
    private let configuration: DatagramConfiguration
    private var watched: [UInt64: Watched] = [:]
    private var numbers: [Int32: UInt64] = [:]
    private var nextNumber: UInt64 = 1
    private var sockets: [TransportAddress: DatagramSocket] = [:]
    /// The socket of the packet before: nearly always the next one's too, and cheaper to find than by a hash.
    private var lastSocket: DatagramSocket?
    private let sending = SendBatch()
    @usableFromInline let receiving = ReceiveBatch()
    @usableFromInline var statistics = DatagramStatistics()
    @usableFromInline var hasMail = false

    init(configuration: DatagramConfiguration, mailbox: Int32) throws(SystemFailure) {
        self.configuration = configuration
        poller = try Poller()
        try poller.add(mailbox, .readable, number: 0)
        watched[0] = .mailbox
        _ = linux_set_timer_slack(configuration.timerSlackNanoseconds)
    }

    func bind(_ wanted: TransportAddress, sharesPort: Bool) throws(SystemFailure) -> TransportAddress {
        let socket = try DatagramSocket(
            wanted, bufferBytes: configuration.socketBufferBytes, sharesPort: sharesPort)
        try watch(socket.descriptor, .readable, .socket(socket))
        sockets[socket.local] = socket
        return socket.local
    }

    func close(_ local: TransportAddress) {
        guard let socket = sockets.removeValue(forKey: local) else { return }
        if lastSocket === socket { lastSocket = nil }
        unwatch(socket.descriptor)
    }

    func watch(
        _ descriptor: Int32, for readiness: DatagramReadiness, handler: @escaping (DatagramReadiness) -> Void
    ) throws(SystemFailure) {
        var wanted: Poller.Readiness = []
        if readiness.contains(.readable) { wanted.insert(.readable) }
        if readiness.contains(.writable) { wanted.insert(.writable) }
        try watch(descriptor, wanted, .foreign(descriptor, handler: handler))
    }

    func unwatch(_ descriptor: Int32) {
        guard let number = numbers.removeValue(forKey: descriptor) else { return }
        watched[number] = nil
        poller.remove(descriptor)
    }

    @usableFromInline
    func wait(atMost timeout: Interval?) -> Int {
        statistics.turns += 1
        return poller.wait(atMost: timeout)
    }

    /// Serves an event that `wait` reported.
    ///
    /// - Returns: a socket with datagrams to be taken by `receive`; mail is only noted, foreign handlers are called.
    @usableFromInline
    func serve(_ index: Int) -> DatagramSource? {
        let (number, readiness) = poller.event(index)
        switch watched[number] {
        case .socket(let socket)?: return DatagramSource(socket: socket)
        case .mailbox?: hasMail = true
        case .foreign(_, let handler)?:
            var result: DatagramReadiness = []
            if readiness.contains(.readable) { result.insert(.readable) }
            if readiness.contains(.writable) { result.insert(.writable) }
            if !readiness.isDisjoint(with: .failed) { result.insert(.failed) }
            handler(result)
        case nil: break
        }
        return nil
    }

    /// Fills the buffers from a socket.
    ///
    /// - Returns: how many are filled; 0 if there is nothing.
    @usableFromInline
    func receive(from source: DatagramSource) -> Int {
        statistics.receiveCalls += 1
        let count = receiving.receive(from: source.socket)
        guard count < 0 else { return count }
        if errno != EAGAIN, errno != EINTR { statistics.receiveErrors += 1 }
        return 0
    }

    /// Whether a socket that filled so many buffers may have more.
    @usableFromInline
    func isFullBatch(_ count: Int) -> Bool { count == ReceiveBatch.slots }

    @usableFromInline
    var space: UnsafeMutableBufferPointer<UInt8> { sending.space }

    @usableFromInline
    func send(_ count: Int, on path: Path) {
        guard path.transport == .udp, let socket = socket(path.local), path.remote.ip.isIPv4 == path.local.ip.isIPv4
        else {
            statistics.sendUnknownPath += 1
            return
        }
        sending.append(count, to: path.remote, from: socket)
        if sending.isFull { sending.flush(&statistics) }
    }

    @usableFromInline
    func flush() { sending.flush(&statistics) }

    private func socket(_ local: TransportAddress) -> DatagramSocket? {
        if let lastSocket, lastSocket.local == local { return lastSocket }
        guard let socket = sockets[local] else { return nil }
        lastSocket = socket
        return socket
    }

    private func watch(_ descriptor: Int32, _ readiness: Poller.Readiness, _ entry: Watched) throws(SystemFailure) {
        unwatch(descriptor)
        // A number is never used twice: an event of a descriptor closed in the same turn finds nothing.
        let number = nextNumber
        nextNumber += 1
        try poller.add(descriptor, readiness, number: number)
        watched[number] = entry
        numbers[descriptor] = number
    }
}

/// A socket that has datagrams.
@usableFromInline
struct DatagramSource {
    let socket: DatagramSocket

    @usableFromInline
    var local: TransportAddress { socket.local }
}

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
    private var watched = WatchTable<Watched>()
    private var numbers: [Int32: UInt64] = [:]
    private var sockets = SocketTable()
    /// The socket of the packet before: mostly the next one's too.
    private var lastSocket: DatagramSocket?
    private let sending = SendBatch()
    @usableFromInline let receiving = ReceiveBatch()
    /// Counted for each packet, so without checks for exclusive access.
    @usableFromInline let statistics = UnsafeMutablePointer<DatagramStatistics>.allocate(capacity: 1)
    @usableFromInline var hasMail = false

    @usableFromInline var batchPatience: Interval { configuration.batchPatience }

    init(configuration: DatagramConfiguration, mailbox: Int32) throws(SystemFailure) {
        self.configuration = configuration
        poller = try Poller()
        statistics.initialize(to: DatagramStatistics())
        try poller.add(mailbox, .readable, number: watched.insert(.mailbox))
        _ = linux_set_timer_slack(configuration.timerSlackNanoseconds)
    }

    deinit { statistics.deallocate() }

    func bind(_ wanted: TransportAddress, sharesPort: Bool) throws(SystemFailure) -> TransportAddress {
        let socket = try DatagramSocket(
            wanted, bufferBytes: configuration.socketBufferBytes, sharesPort: sharesPort)
        try watch(socket.descriptor, .readable, .socket(socket))
        sockets.insert(socket)
        return socket.local
    }

    func close(_ local: TransportAddress) {
        guard let socket = sockets.remove(local) else { return }
        if lastSocket === socket { lastSocket = nil }
        // What waits to be sent from it goes while it is there.
        sending.flush(statistics)
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
        watched.remove(number)
        poller.remove(descriptor)
    }

    @usableFromInline
    func wait(atMost timeout: Interval?) -> Int {
        statistics.pointee.turns += 1
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
    /// - Returns: how many are filled, 0 if there is nothing; and whether the socket may have more.
    @usableFromInline
    func receive(from source: DatagramSource) -> (count: Int, mayHaveMore: Bool) {
        statistics.pointee.receiveCalls += 1
        let wanted = source.socket.nextBatch(inTurn: statistics.pointee.turns)
        let count = receiving.receive(wanted, from: source.socket)
        guard count >= 0 else {
            if errno != EAGAIN, errno != EINTR { statistics.pointee.receiveErrors += 1 }
            return (0, false)
        }
        source.socket.hasReceived(count, inTurn: statistics.pointee.turns)
        return (count, count == ReceiveBatch.slots)
    }

    @usableFromInline
    var space: UnsafeMutableBufferPointer<UInt8> { sending.space }

    @usableFromInline
    func send(_ count: Int, on path: Path, ecn: ECNCodepoint) {
        guard path.transport == .udp, let socket = socket(path.local), path.remote.ip.isIPv4 == path.local.ip.isIPv4
        else {
            statistics.pointee.sendUnknownPath += 1
            return
        }
        sending.append(count, to: path.remote, ecn: ecn, from: socket)
        if sending.isFull { sending.flush(statistics) }
    }

    @usableFromInline
    func flush() { sending.flush(statistics) }

    private func socket(_ local: TransportAddress) -> DatagramSocket? {
        if let lastSocket, lastSocket.local == local { return lastSocket }
        guard let socket = sockets[local] else { return nil }
        lastSocket = socket
        return socket
    }

    private func watch(_ descriptor: Int32, _ readiness: Poller.Readiness, _ entry: Watched) throws(SystemFailure) {
        unwatch(descriptor)
        let number = watched.insert(entry)
        do {
            try poller.add(descriptor, readiness, number: number)
        } catch {
            watched.remove(number)
            throw error
        }
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

import CLinux
import Glibc
import Rendezvous
import WireFormat

/// The stream connections and listeners of a loop: the part that does not depend on its machine.
///
/// It watches its descriptors through the loop's own engine. What came is noted there and taken by the loop, frame by
/// frame; what is to be sent is collected by connection and written once a turn.
@usableFromInline
final class StreamEngine {
    /// Deadlines are met this late at most, so that many of them close together cost one look.
    private static let sweepPause = Interval.milliseconds(10)
    /// What one read takes at most.
    private static let readBytes = 65_536

    let configuration: StreamConfiguration
    let datagrams: DatagramEngine
    @usableFromInline var statistics = StreamStatistics()

    var connections: [StreamConnection] = []
    var byPath: [Path: StreamConnection] = [:]
    var sourceCounts: [SourceNetwork: Int] = [:]
    var listeners: [StreamListener] = []
    /// Connections that are being made elsewhere, by number.
    var expected: [UInt64: Expected] = [:]
    var nextExpected: UInt64 = 0
    /// The connection of the frame before: mostly the next one's too.
    private var lastConnection: StreamConnection?
    private var dirty: [StreamConnection] = []

    /// What the loop has to take up.
    private var readable = TakenList<StreamConnection>()
    private var closed = TakenList<Path>()
    private var trials = TakenList<Path>()
    private var completions = TakenList<() -> Void>()

    /// No connection is due before; some may be later than this says.
    @usableFromInline private(set) var nextDeadline: Instant?

    private let buffer: UnsafeMutablePointer<UInt8>
    private var filled = 0
    private var taken = 0

    init(configuration: StreamConfiguration, datagrams: DatagramEngine) {
        self.configuration = configuration
        self.datagrams = datagrams
        buffer = .allocate(capacity: configuration.frameBytes + Self.readBytes)
    }

    deinit { buffer.deallocate() }

    // MARK: What the loop takes

    @usableFromInline
    func nextReadable() -> StreamConnection? { readable.next() }

    /// The path of a connection that has ended.
    @usableFromInline
    func nextClosed() -> Path? { closed.next() }

    /// The path of an accepted connection about which the machine is to be asked.
    @usableFromInline
    func nextTrial() -> Path? { trials.next() }

    /// Something to be called about a connection that is open now, or could not be opened.
    @usableFromInline
    func nextCompletion() -> (() -> Void)? { completions.next() }

    // MARK: Receiving

    /// Fills the buffer from a connection.
    ///
    /// - Returns: whether something came; `mayHaveMore` says whether to read again afterwards.
    @usableFromInline
    func read(_ connection: StreamConnection) -> Bool {
        guard let socket = connection.socket else { return false }
        let kept = connection.partial.count
        if kept > 0 {
            connection.partial.withUnsafeBufferPointer { partial in
                if let start = partial.baseAddress { buffer.update(from: start, count: kept) }
            }
        }
        let count = recv(socket.descriptor, buffer + kept, Self.readBytes, Int32(MSG_DONTWAIT))
        guard count > 0 else {
            if count == 0 {
                end(connection, .closedByRemote)
            } else if errno != EAGAIN, errno != EINTR {
                end(connection, .failed(SystemFailure("recv")))
            }
            return false
        }
        statistics.bytesReceived += UInt64(count)
        (filled, taken) = (kept + count, 0)
        return true
    }

    /// Whether a connection may have more than `read` took.
    @usableFromInline
    func mayHaveMore(_ connection: StreamConnection) -> Bool {
        filled - connection.partial.count == Self.readBytes && connection.socket != nil
    }

    /// The next whole frame of what `read` took; nil if there is none, or no way to go on.
    @usableFromInline
    func nextFrame(of connection: StreamConnection) -> UnsafeBufferPointer<UInt8>? {
        guard taken < filled, connection.socket != nil else { return nil }
        let rest = UnsafeBufferPointer(start: buffer + taken, count: filled - taken)
        switch connection.framing(Span(_unsafeElements: rest)) {
        case .incomplete:
            if rest.count >= configuration.frameBytes { end(connection, .invalidFrame) }
            return nil
        case .size(let size):
            guard size > 0 else {
                end(connection, .invalidFrame)
                return nil
            }
            guard size <= configuration.frameBytes else {
                end(connection, .frameTooLong)
                return nil
            }
            guard size <= rest.count else { return nil }
            taken += size
            statistics.framesReceived += 1
            return UnsafeBufferPointer(rebasing: rest[(connection.isPacketed ? PacketFrames.headerBytes : 0)..<size])
        case .invalid:
            end(connection, .invalidFrame)
            return nil
        }
    }

    /// The machine took a frame.
    @usableFromInline
    func accept(_ connection: StreamConnection) {
        if case .fresh = connection.phase { connection.phase = .open }
    }

    /// The machine refused a frame: with its first, an accepted connection is none of this protocol.
    @usableFromInline
    func reject(_ connection: StreamConnection) {
        statistics.framesRejected += 1
        if case .fresh = connection.phase { end(connection, .refused) }
    }

    /// Keeps what is left of what `read` took until its rest comes.
    @usableFromInline
    func finishRead(_ connection: StreamConnection, at now: Instant) {
        guard connection.socket != nil else { return }
        connection.lastReceivedAt = now
        connection.partial.removeAll(keepingCapacity: true)
        connection.partial.append(contentsOf: UnsafeBufferPointer(start: buffer + taken, count: filled - taken))
        if connection.partial.isEmpty {
            connection.frameDeadline = nil
        } else if taken > 0 || connection.frameDeadline == nil {
            connection.frameDeadline = now + configuration.framePatience
            note(connection)
        }
    }

    // MARK: Sending

    /// Takes a whole frame for the end of the turn, or drops it.
    @usableFromInline
    func send(_ frame: UnsafeBufferPointer<UInt8>, on path: Path) {
        guard let connection = connection(path) else {
            statistics.framesWithoutPath += 1
            return
        }
        var isFull = connection.outgoing.count + frame.count > configuration.sendBufferBytes
        if isFull, !connection.isBlocked {
            write(connection)
            isFull = connection.outgoing.count + frame.count > configuration.sendBufferBytes
        }
        guard connection.socket != nil else { return }
        let reserve = isFull && connection.precedence(Span(_unsafeElements: frame)) ? configuration.reservedBytes : 0
        guard
            connection.outgoing.append(
                frame, limit: configuration.sendBufferBytes + reserve, isPacketed: connection.isPacketed)
        else {
            statistics.framesDropped += 1
            return
        }
        statistics.framesSent += 1
        guard !connection.isDirty, !connection.isBlocked else { return }
        connection.isDirty = true
        dirty.append(connection)
    }

    /// Hands the kernel all that was taken.
    @usableFromInline
    func flush() {
        guard !dirty.isEmpty else { return }
        let connections = dirty
        dirty.removeAll(keepingCapacity: true)
        for connection in connections {
            connection.isDirty = false
            write(connection)
        }
    }

    private func write(_ connection: StreamConnection) {
        guard let socket = connection.socket else { return }
        do throws(SystemFailure) {
            while connection.outgoing.count > 0 {
                let count = try connection.outgoing.write(to: socket.descriptor)
                guard count > 0 else { break }
                statistics.bytesSent += UInt64(count)
                statistics.sendCalls += 1
            }
            let isBlocked = connection.outgoing.count > 0
            guard isBlocked != connection.isBlocked else { return }
            connection.isBlocked = isBlocked
            try watch(connection, for: isBlocked ? [.readable, .writable] : .readable)
        } catch {
            end(connection, .failed(error))
        }
    }

    private func connection(_ path: Path) -> StreamConnection? {
        if let lastConnection, lastConnection.path == path { return lastConnection }
        guard let connection = byPath[path] else { return nil }
        lastConnection = connection
        return connection
    }

    // MARK: Readiness and time

    func watch(_ connection: StreamConnection, for readiness: DatagramReadiness) throws(SystemFailure) {
        guard let socket = connection.socket else { return }
        try datagrams.watch(socket.descriptor, for: readiness) { [weak self] readiness in
            self?.serve(connection, readiness)
        }
    }

    private func serve(_ connection: StreamConnection, _ readiness: DatagramReadiness) {
        switch connection.phase {
        case .connecting: finishConnecting(connection)
        case .fresh, .open:
            if readiness.contains(.writable), connection.isBlocked { write(connection) }
            if !readiness.isDisjoint(with: [.readable, .failed]) { readable.append(connection) }
        case .failing, .ended: break
        }
    }

    /// Looks after everything that is due.
    @usableFromInline
    func advance(to now: Instant) {
        guard let deadline = nextDeadline, deadline <= now else { return }
        for connection in connections { advance(connection, to: now) }
        for listener in listeners where listener.resumesAt.map({ $0 <= now }) ?? false { resume(listener, at: now) }
        nextDeadline = nil
        for connection in connections { note(connection) }
        for listener in listeners { note(listener.resumesAt) }
        if let next = nextDeadline { nextDeadline = max(next, now + Self.sweepPause) }
    }

    private func advance(_ connection: StreamConnection, to now: Instant) {
        switch connection.phase {
        case .connecting(let until, _) where until <= now: fail(connection, .timeout)
        case .failing(let failure, _): fail(connection, failure)
        case .fresh(let until) where until <= now: end(connection, .slow)
        case .fresh, .open: advanceOpen(connection, to: now)
        case .connecting, .ended: break
        }
    }

    private func advanceOpen(_ connection: StreamConnection, to now: Instant) {
        if let deadline = connection.frameDeadline, deadline <= now { return end(connection, .slow) }
        guard connection.source != nil else { return }
        if connection.lastReceivedAt + configuration.idlePatience <= now { return end(connection, .idle) }
        guard let trial = connection.trialAt, trial <= now, let path = connection.path else { return }
        connection.trialAt = now + configuration.trial
        trials.append(path)
    }

    /// Has the connection's deadline met.
    func note(_ connection: StreamConnection) {
        note(connection.deadline(idlePatience: configuration.idlePatience))
    }

    func note(_ deadline: Instant?) {
        guard let deadline else { return }
        nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
    }

    // MARK: Ends

    /// Ends the connection with this path, if there is one.
    @usableFromInline
    func end(_ path: Path, _ reason: StreamEnd) {
        guard let connection = byPath[path] else { return }
        if reason == .closed { write(connection) }
        end(connection, reason)
    }

    /// Ends an open connection; the machine hears of it.
    func end(_ connection: StreamConnection, _ reason: StreamEnd) {
        switch connection.phase {
        case .fresh, .open: break
        case .connecting, .failing, .ended: return
        }
        statistics.count(reason)
        // A client that did wrong, or is not there any more, leaves nothing behind in the kernel.
        // Nor does a peer's connection: its two ports may be connected again at once.
        if connection.isPacketed || reason != .closed && reason != .closedByRemote { connection.socket?.abortOnClose() }
        if let path = connection.path { closed.append(path) }
        remove(connection)
    }

    /// Ends a connection that did not come about; its owner hears of it.
    func fail(_ connection: StreamConnection, _ failure: StreamFailure) {
        switch connection.phase {
        case .connecting(_, let completion), .failing(_, let completion):
            statistics.failedToOpen += 1
            completions.append { completion(.failure(failure)) }
            remove(connection)
        case .fresh, .open, .ended: break
        }
    }

    func complete(_ task: @escaping () -> Void) { completions.append(task) }

    func insert(_ connection: StreamConnection) {
        connection.index = connections.count
        connections.append(connection)
        if let source = connection.source { sourceCounts[source, default: 0] += 1 }
        if let path = connection.path { byPath[path] = connection }
        statistics.connections = connections.count
        note(connection)
    }

    private func remove(_ connection: StreamConnection) {
        connection.phase = .ended
        if let socket = connection.socket { datagrams.unwatch(socket.descriptor) }
        connection.socket = nil
        connection.partial = []
        connection.outgoing = StreamSendBuffer()
        if lastConnection === connection { lastConnection = nil }
        if let path = connection.path { byPath[path] = nil }
        if let source = connection.source {
            let count = (sourceCounts[source] ?? 1) - 1
            sourceCounts[source] = count > 0 ? count : nil
        }
        if let last = connections.popLast(), last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        statistics.connections = connections.count
    }
}

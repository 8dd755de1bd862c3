import WireFormat

/// Drives one machine on real UDP sockets, and TCP connections beside them: epoll, batched receive and send,
/// segmentation by the kernel both ways, nanosecond timers.
///
/// Everything happens on the thread that calls `run` (or `turn`); only `mailbox` may be used from others. Packets are
/// read and written in buffers made once. Measured on one machine of ours, forwarding a datagram cost a third to
/// two thirds of the CPU that it cost through SwiftNIO's datagram channel, which is why this loop exists.
///
/// Sockets are bound one per address, as ICE wants its candidates (`NetworkInterfaces.addresses`): `Path.local` is the
/// address that `bind` returned, always. A socket bound to an unspecified address keeps that as its name, and
/// answers from the address that the kernel's routing chooses.
public final class DatagramLoop<Machine: DatagramMachine> {
    /// The machine. Change it only on the loop's thread: in event handlers, watch handlers and mailbox tasks; what it
    /// then has to send or say is taken up in the same turn.
    public var machine: Machine
    /// The way to this loop from other threads.
    public let mailbox: Mailbox<DatagramLoop<Machine>>
    @usableFromInline let engine: DatagramEngine
    @usableFromInline let streams: StreamEngine
    @usableFromInline let onEvent: (DatagramLoop<Machine>, Machine.Event) -> Void
    @usableFromInline var isStopped = false
    /// The machine has had its turn and still wants one at once.
    @usableFromInline var isStalled = false

    /// A loop without sockets.
    ///
    /// - Parameter onEvent: called on the loop's thread with each of the machine's events.
    public init(
        machine: Machine, configuration: DatagramConfiguration = DatagramConfiguration(),
        onEvent: @escaping (DatagramLoop<Machine>, Machine.Event) -> Void
    ) throws(SystemFailure) {
        self.machine = machine
        self.onEvent = onEvent
        mailbox = try Mailbox(limit: configuration.mailboxLimit)
        engine = try DatagramEngine(configuration: configuration, mailbox: mailbox.descriptor)
        streams = StreamEngine(configuration: configuration.streams, datagrams: engine)
    }

    /// The loop's clock.
    public var now: Instant { BootClock.now }

    /// What it did since it was made.
    public var statistics: DatagramStatistics { engine.statistics.pointee }

    /// Opens a socket; port 0 takes any.
    ///
    /// - Parameter sharesPort: lets other sockets of this user have the same port, the kernel spreading the senders.
    /// - Returns: the bound address, which names the socket in every `Path`.
    public func bind(_ address: TransportAddress, sharesPort: Bool = false) throws(SystemFailure) -> TransportAddress {
        try engine.bind(address, sharesPort: sharesPort)
    }

    /// Closes the socket with this bound address, if there is one.
    public func close(_ local: TransportAddress) { engine.close(local) }

    /// Calls `handler` whenever a descriptor that somebody else owns is ready (level-triggered).
    public func watch(
        _ descriptor: Int32, for readiness: DatagramReadiness = .readable,
        handler: @escaping (DatagramReadiness) -> Void
    ) throws(SystemFailure) {
        try engine.watch(descriptor, for: readiness, handler: handler)
    }

    /// Stops watching; before the descriptor is closed.
    public func unwatch(_ descriptor: Int32) { engine.unwatch(descriptor) }

    /// Runs until `stop`.
    @inlinable
    public func run() {
        isStopped = false
        drain(at: now)
        flush()
        while !isStopped { turn() }
    }

    /// Ends `run` after this turn.
    public func stop() { isStopped = true }

    /// Waits for a datagram, a deadline, mail or a watched descriptor, and serves what there is.
    ///
    /// - Parameter limit: the longest wait, nil for the machine's next deadline alone.
    @inlinable
    public func turn(atMost limit: Interval? = nil) {
        let count = engine.wait(atMost: timeout(limit))
        for index in 0..<count {
            if let source = engine.serve(index) { receive(from: source) }
        }
        // What passes through does not wait for all else.
        engine.flush()
        receiveStreams()
        if engine.hasMail { readMail() }
        let time = now
        if let deadline = machine.nextDeadline, deadline <= time { machine.advance(to: time) }
        advanceStreams(to: time)
        drain(at: time)
        flush()
        isStalled = machine.nextDeadline.map { $0 <= time } ?? false
        if isStalled { engine.statistics.pointee.stalls += 1 }
    }

    @inlinable
    func timeout(_ limit: Interval?) -> Interval? {
        guard let deadline = earliestDeadline else { return limit }
        // A deadline that does not move must not make the loop spin.
        let wait = max(isStalled ? .microseconds(50) : .zero, deadline - now)
        return limit.map { min($0, wait) } ?? wait
    }

    @inlinable
    var earliestDeadline: Instant? {
        guard let other = streams.nextDeadline else { return machine.nextDeadline }
        return machine.nextDeadline.map { min($0, other) } ?? other
    }

    /// Takes what a socket has, but lets the others and the timers have their turn after a few batches.
    @inlinable
    func receive(from source: DatagramSource) {
        let local = source.local
        for _ in 0..<4 {
            let (count, mayHaveMore) = engine.receive(from: source)
            guard count > 0 else { return }
            let time = now
            for slot in 0..<count {
                guard let received = engine.receiving.received(slot) else {
                    engine.statistics.pointee.receiveDropped += 1
                    continue
                }
                deliver(received, to: local, at: time)
            }
            // What one datagram leads to may wait for those of other sockets.
            if count > 1 { drain(at: time) }
            guard mayHaveMore else { return }
        }
    }

    @inlinable
    func deliver(_ received: ReceiveBatch.Received, to local: TransportAddress, at time: Instant) {
        let path = Path(transport: .udp, local: local, remote: received.source)
        engine.statistics.pointee.bytesReceived += UInt64(received.bytes.count)
        if received.segmentBytes < received.bytes.count { engine.statistics.pointee.coalescedReceived += 1 }
        var offset = 0
        repeat {
            let end = min(offset + received.segmentBytes, received.bytes.count)
            engine.statistics.pointee.datagramsReceived += 1
            let datagram = Span(_unsafeElements: UnsafeBufferPointer(rebasing: received.bytes[offset..<end]))
            do {
                try take(datagram, on: path, ecn: received.ecn, at: time)
            } catch {
                engine.statistics.pointee.rejected += 1
            }
            offset = end
        } while offset < received.bytes.count
    }

    /// Takes a datagram that another loop with a socket at the same address has received. In mailbox tasks only.
    public func inject(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint) {
        do { try take(datagram, on: path, ecn: ecn, at: now) } catch { engine.statistics.pointee.rejected += 1 }
    }

    /// Hands the machine a datagram, or a stream's frame.
    @inlinable
    func take(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint = .notCapable, at time: Instant
    ) throws(Machine.Failure) {
        let space = engine.space
        var packet = OutputSpan(buffer: space, initializedCount: 0)
        let destination = try machine.forward(datagram, on: path, at: time, into: &packet)
        let count = packet.finalize(for: space)
        if let destination {
            send(count, of: space, on: destination, ecn: ecn)
        } else {
            try machine.receive(datagram, on: path, ecn: ecn, at: time)
        }
    }

    /// Tells all the machine's events and takes all that it has to send, until there is neither; `flush` sends it.
    @inlinable
    func drain(at time: Instant) {
        var isBusy = true
        while isBusy {
            transmit(at: time)
            isBusy = tellStreams(at: time)
            while let event = machine.pollEvent() {
                onEvent(self, event)
                isBusy = true
            }
        }
    }

    @inlinable
    func transmit(at time: Instant) {
        var waitingSince = time
        while true {
            let space = engine.space
            var packet = OutputSpan(buffer: space, initializedCount: 0)
            let path = machine.pollTransmit(into: &packet, at: time)
            let count = packet.finalize(for: space)
            guard let path else { return }
            send(count, of: space, on: path, ecn: machine.transmittedECN)
            let madeAt = now
            guard madeAt - waitingSince >= engine.batchPatience else { continue }
            flush()
            waitingSince = madeAt
        }
    }

    /// Takes a packet for the end of the turn.
    @inlinable
    func send(_ count: Int, of space: UnsafeMutableBufferPointer<UInt8>, on path: Path, ecn: ECNCodepoint) {
        if path.transport == .udp {
            engine.send(count, on: path, ecn: ecn)
        } else {
            streams.send(UnsafeBufferPointer(rebasing: space[..<count]), on: path)
        }
    }

    /// Hands the kernel all that was taken: once a turn, so that packets of many sockets share a call, and whenever
    /// those to come take long to make.
    @inlinable
    func flush() {
        engine.flush()
        streams.flush()
    }

    @usableFromInline
    func readMail() {
        engine.hasMail = false
        for task in mailbox.takeAll() { task(self) }
    }
}

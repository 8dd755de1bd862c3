public import WireFormat

/// The event loop, up to what concerns an endpoint.
extension SimulatedNetwork {
    /// Handles events until one concerns an endpoint, or until none is left before `limit`; then time is `limit`.
    @usableFromInline
    mutating func next(before limit: Instant) -> Occurrence? {
        while let first = queue.first, first.nanoseconds <= limit.nanoseconds, let event = queue.pop() {
            now = Instant(nanoseconds: max(now.nanoseconds, event.nanoseconds))
            eventCount += 1
            if let occurrence = handle(event) { return occurrence }
        }
        now = max(now, limit == .distantFuture ? now : limit)
        return nil
    }

    private mutating func handle(_ event: Event) -> Occurrence? {
        let index = Int(event.index)
        switch event.kind {
        case .arrivalInNetwork:
            let network = attachments[Int(pool[index].attachment)].network
            return deliver(index, to: forward(index, in: network))
        case .arrivalAtAttachment:
            return deliver(index, to: arrive(index, at: Int(pool[index].attachment)))
        case .delivery: return deliver(index, to: Int(event.generation))
        case .timer: return timer(host: index, generation: event.generation)
        case .message: return message(index, generation: event.generation)
        case .pipeChange:
            return .pipeChange(
                host: index, PipeIdentifier(index: Int(event.generation >> 1)), isOpen: event.generation & 1 == 1)
        case .addressChange: return hosts[index].isAlive ? .addressChange(host: index) : nil
        case .fault:
            inflict(faults[index])
            return nil
        case .streamTimer:
            streamTimer(index, attempt: event.generation)
            return nil
        case .streamFailure: return failure(index)
        case .streamOpening: return opening(index)
        }
    }

    private mutating func deliver(_ slot: Int, to host: Int?) -> Occurrence? {
        guard let host else { return nil }
        guard hosts[host].isAlive else {
            drop(slot, .hostGone)
            return nil
        }
        if pool[slot].transport != .udp, !receiveStream(slot, at: host) { return nil }
        let packet = pool[slot]
        hosts[host].counters.receivedPackets += 1
        hosts[host].counters.receivedBytes += Int(packet.count)
        trace.combine(UInt64(bitPattern: now.nanoseconds))
        trace.combine(packet.source)
        trace.combine(packet.destination)
        pool.withBytes(of: slot) { trace.combine($0) }
        if hosts[host].isWatched { show(slot, host, .datagramIn(path(of: slot))) }
        return .packet(host: host, slot: slot)
    }

    /// The path of an arrived packet as its receiver sees it.
    @usableFromInline
    func path(of slot: Int) -> Path {
        let packet = pool[slot]
        return Path(transport: packet.transport, local: packet.destination, remote: packet.source)
    }

    private mutating func timer(host: Int, generation: UInt32) -> Occurrence? {
        guard hosts[host].timerGeneration == generation else { return nil }
        hosts[host].timerAt = .max
        hosts[host].timerFiredAt = now.nanoseconds
        return hosts[host].isAlive ? .timer(host: host) : nil
    }

    private static let timerRepeatLimit = 1_000
    private static let timerPenalty: Int64 = 1_000_000

    /// Notes an endpoint's next deadline. At most one timer event of a host is live; one that is too early only
    /// makes the host be asked again.
    @usableFromInline
    mutating func setTimer(_ deadline: Instant?, of host: Int) {
        guard let deadline, deadline != .distantFuture, hosts[host].isAlive else { return }
        var at = max(deadline.nanoseconds, now.nanoseconds)
        // A deadline that stays behind after it fired is a bug in a machine; it must not stop time.
        if at == now.nanoseconds {
            if hosts[host].timerFiredAt == at { hosts[host].timerRepeats += 1 } else { hosts[host].timerRepeats = 0 }
            if hosts[host].timerRepeats > Self.timerRepeatLimit { at += Self.timerPenalty }
        }
        guard at < hosts[host].timerAt else { return }
        hosts[host].timerAt = at
        hosts[host].timerGeneration &+= 1
        queue.push(.timer, at: at, index: host, generation: hosts[host].timerGeneration)
    }

    // MARK: Pipes

    @usableFromInline
    mutating func send(_ message: PipeMessage, from host: Int) {
        guard pipes.indices.contains(message.pipe.index), hosts[host].isAlive else { return }
        let pipe = pipes[message.pipe.index]
        guard pipe.isOpen, pipe.hosts.0 == host || pipe.hosts.1 == host else { return }
        show(message.bytes, host, .messageOut(message.pipe))
        let receiver = pipe.hosts.0 == host ? pipe.hosts.1 : pipe.hosts.0
        let queued = QueuedMessage(pipe: message.pipe.index, receiver: receiver, bytes: message.bytes)
        let index: Int
        if let free = freeMessages.popLast() {
            messages[free] = queued
            index = free
        } else {
            index = messages.count
            messages.append(queued)
        }
        queue.push(.message, at: now.nanoseconds + pipe.delay, index: index, generation: pipe.generation)
    }

    private mutating func message(_ index: Int, generation: UInt32) -> Occurrence? {
        guard let queued = messages[index] else { return nil }
        messages[index] = nil
        freeMessages.append(index)
        let pipe = pipes[queued.pipe]
        guard pipe.isOpen, pipe.generation == generation, hosts[queued.receiver].isAlive else { return nil }
        trace.combine(UInt64(bitPattern: now.nanoseconds))
        trace.combine(UInt64(queued.pipe))
        trace.combine(queued.bytes.span)
        let identifier = PipeIdentifier(index: queued.pipe)
        show(queued.bytes, queued.receiver, .messageIn(identifier))
        return .message(host: queued.receiver, PipeMessage(pipe: identifier, bytes: queued.bytes))
    }

    private func show(_ message: [UInt8], _ host: Int, _ passage: Passage) {
        guard hosts[host].isWatched else { return }
        for watcher in watchers where watcher.host == host { watcher.body(message.span, passage, now) }
    }
}

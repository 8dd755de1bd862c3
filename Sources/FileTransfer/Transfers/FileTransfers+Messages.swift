import WireFormat

/// What the other side says.
extension FileTransfers {
    /// Whether a stream is to be read on now.
    public func wants(_ stream: FileStream) -> Bool {
        if isOver { return true }
        return switch stream {
        case .messages: unsentMessages.count < Self.maximumUnsentBytes
        case .content: unwrittenBytes < Self.maximumUnwrittenBytes
        }
    }

    /// Takes bytes that have come on a stream, in order.
    public mutating func receive(_ bytes: Span<UInt8>, on stream: FileStream, at now: Instant) {
        guard !isOver else { return }
        do throws(StreamFault) {
            switch stream {
            case .messages:
                deframer.append(bytes)
                while !isOver, let message = try deframer.next() { receive(message, at: now) }
            case .content: try receiveContent(bytes)
            }
        } catch { lose() }
    }

    private mutating func receive(_ message: FileMessage, at now: Instant) {
        switch message {
        case .request(let identifier, let name): asked(identifier, name)
        case .offer(let identifier, let offer): offered(identifier, offer)
        case .working(let identifier): deadlines[identifier] = nil
        case .accept(let identifier, let prefix): accepted(identifier, prefix)
        case .stored(let identifier, let name): stored(identifier, name)
        case .failed(let identifier, let failure): fail(identifier, failure, isTold: false)
        }
    }

    /// Whether the other side may use a number for the first time; it may not use it again.
    private mutating func take(_ identifier: TransferIdentifier, isRequest: Bool) -> Bool {
        let lowest = isRequest ? nextPeerRequest : nextPeerOffer
        guard identifier.rawValue >= lowest, identifier.rawValue % 4 == lowest % 4 else {
            lose()
            return false
        }
        if isRequest { nextPeerRequest = identifier.rawValue + 4 } else { nextPeerOffer = identifier.rawValue + 4 }
        return true
    }

    /// The other side asks for a file.
    private mutating func asked(_ identifier: TransferIdentifier, _ name: String) {
        guard take(identifier, isRequest: true) else { return }
        guard policy.sends else { return say(.failed(identifier, .refused)) }
        guard let name = FileName(name) else { return say(.failed(identifier, .unsafeName)) }
        guard sent.count < Self.maximumOpen else { return say(.failed(identifier, .tooMany)) }
        sent[identifier] = SentFile(name: name.text, isPeers: true)
        say(.working(identifier))
        events.append(.disk(.open(identifier, .named(name))))
    }

    /// The other side has a file.
    private mutating func offered(_ identifier: TransferIdentifier, _ offer: FileOffer) {
        if identifier.rawValue % 4 == nextRequest % 4 { return requestedOffered(identifier, offer) }
        guard take(identifier, isRequest: false) else { return }
        guard policy.receives else { return say(.failed(identifier, .refused)) }
        guard let name = FileName(offer.name) else { return say(.failed(identifier, .unsafeName)) }
        guard received.count < Self.maximumOpen, takenCount < policy.countLimit else {
            return say(.failed(identifier, .tooMany))
        }
        guard isWithinLimit(offer.size) else { return say(.failed(identifier, .tooLarge)) }
        received[identifier] = ReceivedFile(state: .preparing, name: name.text, size: offer.size, isPeers: true)
        prepare(identifier, name, offer.size, token: offer.token)
    }

    /// The file that this side has asked for; anything else under its number has long been given up.
    private mutating func requestedOffered(_ identifier: TransferIdentifier, _ offer: FileOffer) {
        guard var file = received[identifier] else { return }
        guard case .requested = file.state, offer.name == file.name, let name = FileName(offer.name) else {
            return fail(identifier, .violation)
        }
        guard isWithinLimit(offer.size) else { return fail(identifier, .tooLarge) }
        file.state = .preparing
        file.size = offer.size
        received[identifier] = file
        deadlines[identifier] = nil
        prepare(identifier, name, offer.size, token: nil)
    }

    private func isWithinLimit(_ size: UInt64) -> Bool { size <= policy.byteLimit - min(takenBytes, policy.byteLimit) }

    private mutating func prepare(
        _ identifier: TransferIdentifier, _ name: FileName, _ size: UInt64, token: [UInt8]?
    ) {
        takenBytes += size
        takenCount += 1
        say(.working(identifier))
        events.append(.disk(.prepare(identifier, name, size: size, token: token)))
    }

    /// The other side takes the file, and may have some of it.
    private mutating func accepted(_ identifier: TransferIdentifier, _ prefix: HeldPrefix?) {
        guard var file = sent[identifier] else { return }
        guard case .offered = file.state, prefix?.count ?? 0 <= file.size else { return fail(identifier, .violation) }
        deadlines[identifier] = nil
        if let prefix {
            file.state = .comparing(prefix)
            sent[identifier] = file
            events.append(.disk(.compare(identifier, prefix)))
        } else {
            queue(identifier, heldBytes: 0)
        }
    }

    private mutating func stored(_ identifier: TransferIdentifier, _ name: String) {
        guard let file = sent[identifier], let progress = progress(of: identifier) else { return }
        // Only what has been sent can be stored; a name that cannot be shown is not.
        guard case .sent = file.state, FileName(name, maximumBytes: FileName.maximumNumberedBytes) != nil else {
            return fail(identifier, .violation)
        }
        forget(identifier)
        events.append(.stored(progress, as: name))
    }
}

import WireFormat

/// What the disk has done.
extension FileTransfers {
    /// Takes the result of a `disk` event.
    public mutating func diskFinished(_ result: DiskResult, at now: Instant) {
        switch result {
        case .opened(let identifier, let offer): opened(identifier, offer, at: now)
        case .compared(let identifier, let isEqual): compared(identifier, isEqual)
        case .read(let identifier, let bytes, let checksum): read(identifier, bytes, checksum)
        case .prepared(let identifier, let prefix): prepared(identifier, prefix)
        case .written(let identifier, let count, let failure):
            unwrittenBytes -= count
            if let failure { return fail(identifier, failure) }
            received[identifier]?.writtenOffset += UInt64(count)
        case .stored(let identifier, let name): kept(identifier, name)
        case .failed(let identifier, let failure): fail(identifier, failure)
        }
    }

    private mutating func opened(_ identifier: TransferIdentifier, _ offer: FileOffer, at now: Instant) {
        guard var file = sent[identifier] else { return }
        file.state = .offered
        file.name = offer.name
        file.size = offer.size
        sent[identifier] = file
        guard FileName(offer.name) != nil else { return fail(identifier, .unsafeName, isTold: file.isPeers) }
        say(.offer(identifier, offer))
        deadlines[identifier] = now + Self.patience
    }

    private mutating func compared(_ identifier: TransferIdentifier, _ isEqual: Bool) {
        guard let file = sent[identifier], case .comparing(let prefix) = file.state else { return }
        queue(identifier, heldBytes: isEqual ? prefix.count : 0)
    }

    private mutating func prepared(_ identifier: TransferIdentifier, _ prefix: HeldPrefix?) {
        guard received[identifier] != nil else { return }
        received[identifier]?.state = .accepted
        received[identifier]?.heldBytes = prefix?.count ?? 0
        say(.accept(identifier, prefix))
    }

    private mutating func kept(_ identifier: TransferIdentifier, _ name: FileName) {
        guard let progress = progress(of: identifier), received[identifier] != nil else { return }
        forget(identifier)
        say(.stored(identifier, name: name.text))
        events.append(.stored(progress, as: name.text))
    }
}

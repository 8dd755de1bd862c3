import CX11

extension Clipboard {
    func ownerChanged(_ event: XEvent) {
        let change = withUnsafeBytes(of: event) { $0.loadUnaligned(as: XFixesSelectionNotifyEvent.self) }
        guard change.selection == atoms.selection else { return }
        if change.owner == window {
            ownSince = change.selection_timestamp
            unconfirmedCount = max(0, unconfirmedCount - 1)
        } else if unconfirmedCount == 0 {
            own = nil
            guard change.owner != 0, isFollowing else {
                text = nil
                return
            }
            request(followsFiles ? atoms.targets : atoms.utf8)
        }
    }

    func request(_ target: Atom) {
        incoming = nil
        XConvertSelection(
            connection.display, atoms.selection, target, atoms.transfer, window, Time(CurrentTime))
        connection.flush()
    }

    func selectionArrived(_ event: XSelectionEvent) {
        guard event.selection == atoms.selection, own == nil else { return }
        guard event.property == atoms.transfer else { return notGiven(event) }
        arriving = event.target
        guard let part = takePart() else { return }
        if event.target == atoms.targets {
            choose(among: part)
        } else if part.type == atoms.incremental {
            // Its deletion by reading started the transfer of parts.
            incoming = []
        } else if part.format == 8 {
            if part.remainingByteCount > 0 { refuseLarge() } else { finish(part.bytes) }
        }
    }

    /// No property: the owner does not have it. Programs that know no UTF-8 have Latin-1 (ICCCM section 2.6.2, STRING).
    private func notGiven(_ event: XSelectionEvent) {
        guard event.property == 0 else { return }
        switch event.target {
        case atoms.targets, atoms.uriList, atoms.copiedFiles: request(atoms.utf8)
        case atoms.utf8: request(atoms.string)
        default: text = nil
        }
    }

    /// Files go before their names as a text. Those that another program of ours offers are left alone: to ask for them is
    /// to paste them.
    private func choose(among part: WindowProperty) {
        guard part.format == 32 else { return request(atoms.utf8) }
        let size = MemoryLayout<Int>.size
        let targets = part.bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map {
                Atom(bitPattern: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Int.self))
            }
        }
        if targets.contains(atoms.sharedFiles) { return arrived(.sharedFiles) }
        request([atoms.uriList, atoms.copiedFiles].first { targets.contains($0) } ?? atoms.utf8)
    }

    func propertyChanged(_ event: XPropertyEvent) {
        if event.window == window, event.atom == atoms.transfer, event.state == PropertyNewValue {
            partArrived()
        } else if event.state == PropertyDelete {
            notePartTaken(by: event.window, event.atom)
            sendNextPart(to: event.window, property: event.atom)
        }
    }

    func partArrived() {
        guard var bytes = incoming, let part = takePart(), part.type != atoms.incremental, part.format == 8 else {
            return
        }
        if part.bytes.isEmpty {
            incoming = nil
            finish(bytes)
        } else if part.remainingByteCount > 0 || bytes.count + part.bytes.count > byteLimit {
            incoming = nil
            refuseLarge()
        } else {
            bytes.append(contentsOf: part.bytes)
            incoming = bytes
        }
    }

    func takePart() -> WindowProperty? {
        connection.property(atoms.transfer, of: window, type: 0, byteLimit: byteLimit, isDeleted: true)
    }

    func refuseLarge() {
        XDeleteProperty(connection.display, window, atoms.transfer)
        connection.flush()
        arrived(.tooLarge)
    }

    func finish(_ bytes: [UInt8]) {
        guard bytes.count <= byteLimit else { return arrived(.tooLarge) }
        switch arriving {
        case atoms.uriList, atoms.copiedFiles: arrived(.files(bytes))
        case atoms.string:
            let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
            arrived(text.utf8.count <= byteLimit ? .text(text) : .tooLarge)
        default: arrived(.text(String(decoding: bytes, as: UTF8.self)))
        }
    }

    private func arrived(_ event: ClipboardEvent) {
        text = if case .text(let text) = event { text } else { nil }
        events.append(event)
    }
}

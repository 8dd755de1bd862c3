import CX11

extension Clipboard {
    func ownerChanged(_ event: XEvent) {
        let change = withUnsafeBytes(of: event) { $0.loadUnaligned(as: XFixesSelectionNotifyEvent.self) }
        guard change.selection == atoms.clipboard else { return }
        if change.owner == window {
            ownSince = change.selection_timestamp
        } else if change.owner != 0 {
            ownText = nil
            request()
        }
    }

    func request() {
        incoming = nil
        XConvertSelection(
            connection.display, atoms.clipboard, atoms.utf8, atoms.transfer, window, Time(CurrentTime))
        connection.flush()
    }

    func selectionArrived(_ event: XSelectionEvent) {
        // No property: the owner has no text.
        guard event.property == atoms.transfer, event.selection == atoms.clipboard else { return }
        guard let part = takePart() else { return }
        if part.type == atoms.incremental {
            // Its deletion by reading started the transfer of parts.
            incoming = []
        } else if part.format == 8 {
            if part.remainingByteCount > 0 { refuseLarge() } else { finish(part.bytes) }
        }
    }

    func propertyChanged(_ event: XPropertyEvent) {
        if event.window == window, event.atom == atoms.transfer, event.state == PropertyNewValue {
            partArrived()
        } else if event.state == PropertyDelete {
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
        events.append(.tooLarge)
    }

    func finish(_ bytes: [UInt8]) {
        guard bytes.count <= byteLimit else { return events.append(.tooLarge) }
        events.append(.text(String(decoding: bytes, as: UTF8.self)))
    }
}

import Transport
import WireFormat

/// The control stream.
extension Session {
    mutating func sendControl(_ message: ControlMessage) {
        guard isEstablished, unsentControl.count <= ControlMessage.maximumSize * 4 else {
            figures.messagesDropped += 1
            return
        }
        unsentControl += message.framed
        flushControl()
    }

    /// Host: lets the viewer know if its input goes nowhere, and what else is taken.
    mutating func tellPolicy() {
        if configuration.isRecording { sendControl(.recorded) }
        if configuration.isViewOnly { sendControl(.inputPolicy(isViewOnly: true)) }
        tellClipboardOffer()
    }

    mutating func flushControl() {
        flushControlBytes()
        guard let cursor = unsentCursor, isEstablished, unsentControl.isEmpty,
            transport.unacknowledgedBytes(on: .control) <= Self.cursorPatience
        else { return }
        unsentCursor = nil
        unsentControl = ControlMessage.cursor(cursor).framed
        flushControlBytes()
    }

    /// A shape is state, too: one follows another when the viewer has nearly all that was said. What waits on the control
    /// stream goes before every tile.
    private static var cursorPatience: Int { 4_096 }

    private mutating func flushControlBytes() {
        guard !unsentControl.isEmpty else { return }
        let bytes = unsentControl
        guard let taken = try? transport.write(bytes.span, on: .control) else { return }
        unsentControl.removeFirst(taken)
    }

    mutating func readControl(at now: Instant) {
        do {
            var isMore = true
            while isMore {
                let bytes = [UInt8](capacity: 4_096) { output in
                    isMore = transport.read(.control, into: &output) == 4_096
                }
                control.append(bytes.span)
                while let message = try control.next() { receive(message, at: now) }
            }
            news.tell(&events)
        } catch {
            news.tell(&events)
            close(.protocolFailure, text: "the control stream makes no sense", at: now)
        }
    }

    private mutating func receive(_ message: ControlMessage, at now: Instant) {
        switch message {
        case .candidates(let bytes): receiveCandidates(bytes.span, at: now)
        case .cursor(let shape): news.noteCursor(shape)
        case .inputPolicy(let isViewOnly): news.noteInputPolicy(isViewOnly: isViewOnly)
        case .clipboard(let offer): receive(offer)
        case .paste(let limits): receive(limits)
        case .timeLimit(let seconds): news.noteTimeLimit(.seconds(Int64(seconds)))
        case .recorded: news.noteRecorded()
        case .screen(let isWanted):
            isScreenWanted = isWanted
            screen.noteWanted(isWanted)
        case .traversal(let bytes): agent.receiveTraversal(bytes.span, at: now)
        }
    }

    /// Ends a session whose viewer has vanished, for another one. Should the viewer be there after all, it hears why.
    mutating func supersede(at now: Instant) {
        close(.superseded, text: "another viewer has taken its place", at: now)
    }

    /// Ends the session and tells the peer, as far as there is a path.
    public mutating func close(_ end: SessionEnd = .closed, text: String = "", at now: Instant) {
        if case .ended = phase { return }
        if isEstablished {
            let reason = CloseReason(code: 0, text: text)
            transport.close(reason, at: now)
            signalFarewell(reason)
        }
        finish(end)
    }
}

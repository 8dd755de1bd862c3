import Transport

/// What the viewer's hands did, on its way to the host.
extension Session where Screen == ScreenReceiver {
    /// Sends what the viewer's hands did; nothing when the session only looks on. While the path stalls it waits, in order:
    /// see `InputBacklog` for what becomes of too much.
    ///
    /// - Returns: false if the session takes no input.
    @discardableResult
    public mutating func send(_ input: InputEvent) -> Bool {
        guard isEstablished, !configuration.isViewOnly else { return false }
        inputBacklog.append(input)
        flushInput()
        return true
    }

    /// Whether another event would go out at once: for who has more than hands make.
    public var hasRoomForInput: Bool {
        isEstablished && inputBacklog.isEmpty
            && transport.unacknowledgedInput < configuration.transport.inputQueueEvents
    }
}

extension Session {
    mutating func flushInput() {
        while let event = inputBacklog.next(unacknowledged: transport.unacknowledgedInput),
            (try? transport.sendInput(event.encoded.span)) != nil
        {
            inputBacklog.removeFirst()
        }
    }
}

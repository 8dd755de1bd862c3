import FileTransfer
import WireFormat

/// A peer that has a session, or may have one: what is copied and what disks have done is passed on to it alike.
public protocol SessionOwner {
    associatedtype Screen: SessionScreen

    /// Does something with the session, and then what follows from that; nil if there is none.
    mutating func act<Result>(at now: Instant, _ body: (inout Session<Screen>) -> Result) -> Result?
}

extension HostPeer: SessionOwner {
    public mutating func act<Result>(at now: Instant, _ body: (inout Session<ScreenSender>) -> Result) -> Result? {
        defer { process(at: now) }
        return active?.apply(body)
    }
}

extension ViewerPeer: SessionOwner {
    public mutating func act<Result>(at now: Instant, _ body: (inout Session<ScreenReceiver>) -> Result) -> Result? {
        defer { process(at: now) }
        return body(&session)
    }
}

extension SessionOwner {
    /// Sends a text that was copied on this side.
    public mutating func send(_ text: ClipboardText, at now: Instant) -> ClipboardSending {
        act(at: now) { $0.send(text, at: now) } ?? .notWanted
    }

    /// Announces files that were copied on this side.
    public mutating func announce(_ listing: PasteListing, at now: Instant) -> PasteSending {
        act(at: now) { $0.announce(listing, at: now) } ?? .notWanted
    }

    /// Fetches what was announced: see `Session`.
    public mutating func fetchPaste(_ number: UInt64, at now: Instant) -> Bool {
        act(at: now) { $0.fetchPaste(number, at: now) } ?? false
    }

    /// Takes the result of a session's `disk` event.
    public mutating func diskFinished(_ result: DiskResult, at now: Instant) {
        _ = act(at: now) { $0.diskFinished(result, at: now) }
    }

    /// Takes the result of a paste's `disk` event.
    public mutating func pasteDiskFinished(_ result: DiskResult, at now: Instant) {
        _ = act(at: now) { $0.pasteDiskFinished(result, at: now) }
    }
}

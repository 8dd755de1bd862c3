import PeerSession

/// What went into one session, from its viewer's start to the next one's, and what came out: nothing may come out of
/// another session, twice, in another order, or that nobody put in.
struct FaultLedger {
    private static let marker = "beeline fault marker"
    /// A key that no keyboard has.
    private static let markedKey = InputEvent.key(keysym: 0xC0DE_BE1E, isPressed: true)

    /// Bytes that may not be seen on the wire.
    static let markers = [markedKey.encoded, Array(marker.utf8)]

    /// The number of the session in its trial.
    let number: Int
    private(set) var typed: [InputEvent] = []
    private(set) var received: [InputEvent] = []
    /// How many texts the host and the viewer have copied, and the number of the last one that arrived on the other side.
    private(set) var copied = (host: 0, viewer: 0)
    private(set) var pasted = (host: 0, viewer: 0)

    init(number: Int) { self.number = number }

    /// The first event of a session tells its number, and so does every other one.
    var nextInput: InputEvent {
        typed.count % 2 == 0
            ? .pointerMoved(x: UInt16(truncatingIfNeeded: number), y: UInt16(truncatingIfNeeded: typed.count))
            : Self.markedKey
    }

    mutating func noteTyped(_ event: InputEvent) { typed.append(event) }

    /// - Returns: whether it is what had to come next.
    mutating func receive(_ event: InputEvent) -> Bool {
        received.append(event)
        return received.count <= typed.count && typed[received.count - 1] == event
    }

    /// The next text of one side.
    func nextText(isHosts: Bool) -> ClipboardText {
        let text = Self.text(number, isHosts: isHosts, (isHosts ? copied.host : copied.viewer) + 1)
        return ClipboardText(text, in: .clipboard)
    }

    mutating func noteCopied(isHosts: Bool) { if isHosts { copied.host += 1 } else { copied.viewer += 1 } }

    /// Takes a text that arrived.
    ///
    /// - Returns: whether it is one that was copied in this session, later than the one before.
    mutating func paste(_ text: ClipboardText, isHosts: Bool) -> Bool {
        let (last, newest) = isHosts ? (pasted.viewer, copied.host) : (pasted.host, copied.viewer)
        guard last < newest else { return false }
        for number in last + 1...newest where text.text == Self.text(self.number, isHosts: isHosts, number) {
            if isHosts { pasted.viewer = number } else { pasted.host = number }
            return true
        }
        return false
    }

    /// Whether both sides have copied, and everything has arrived.
    var isEven: Bool {
        received == typed && copied.host > 0 && copied.viewer > 0 && pasted.viewer == copied.host
            && pasted.host == copied.viewer
    }

    var text: String {
        "\(received.count) of \(typed.count) inputs, text \(pasted.viewer) of \(copied.host) at the viewer, "
            + "\(pasted.host) of \(copied.viewer) at the host"
    }

    private static func text(_ session: Int, isHosts: Bool, _ number: Int) -> String {
        "\(marker) \(session) \(isHosts ? "host" : "viewer") \(number)"
    }

    /// The contents of a file.
    static func file(_ count: Int, _ bytes: (Int) -> [UInt8]) -> [UInt8] {
        Array((Array(marker.utf8) + bytes(count)).prefix(count))
    }
}

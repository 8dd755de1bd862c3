import WireFormat

/// One side's files on their way to the other and from it, over two reliable streams each way.
///
///     sender                      receiver
///                                 request(7, "a.txt")      only if the receiver has asked for the file
///     offer(7, name, size, token)
///                                 working(7)               it was read; the disk is being asked
///                                 accept(7, held prefix)   so much of it is here, and this is its checksum
///     begin(7, offset)                                     behind the prefix if it is the same, else from 0
///     bytes ... end(checksum)
///                                 stored(7, name)          synced to the disk, under this name, for good
///
/// Either side says `failed(7, reason)` at any time, and what was received stays for the next try: the same offer is
/// answered with what is there. Only one file's bytes flow at a time each way, while those behind it are offered and
/// accepted, so that many small files take no round trip each. Nothing of a file is kept in memory beyond three blocks
/// when it is sent, and `maximumUnwrittenBytes` and a block when it is received: then the content stream is not read on, and
/// the transport's flow control holds the sender.
///
/// A core machine: what has to be done on a disk is a `disk` event, for a `FileStore` elsewhere. A peer that breaks the
/// rules of the streams gets no more files; nothing else of the session is touched.
public struct FileTransfers: Sendable {
    /// Transfers at one time each way. More than that are refused, or not begun.
    public static let maximumOpen = 16
    /// How long the other side may take to react: a version without files never will.
    public static let patience = Interval.seconds(30)
    /// A disk is given so many bytes at once.
    static let blockBytes = 256 << 10
    /// Beyond this the content stream is not read until the disk has caught up.
    static let maximumUnwrittenBytes = 1 << 20
    /// Beyond this messages are not read until the other side has read the answers.
    static let maximumUnsentBytes = 64 << 10

    public let policy: FilePolicy
    /// Each kind of number goes up by four.
    var nextOffer: UInt64
    var nextRequest: UInt64
    /// The lowest numbers that the other side may use next.
    var nextPeerOffer: UInt64
    var nextPeerRequest: UInt64
    var sent: [TransferIdentifier: SentFile] = [:]
    var received: [TransferIdentifier: ReceivedFile] = [:]
    var deadlines = Deadlines<TransferIdentifier>()
    var events: [TransferEvent] = []
    var eventHead = 0

    var unsentMessages: [UInt8] = []
    var deframer = FileMessageDeframer()

    /// Files that wait for the content stream, and the one whose bytes it carries.
    var contentQueue: [TransferIdentifier] = []
    var flowing: TransferIdentifier?
    /// What is to go into the content stream, and how much of its first element has gone.
    var content: [[UInt8]] = []
    var contentStart = 0
    var contentBytes = 0

    var reader = ContentReader()
    /// Whose bytes come; nil skips them.
    var arriving: TransferIdentifier?
    var block: [UInt8] = []
    var unwrittenBytes = 0

    /// What the other side has been allowed so far.
    var takenBytes: UInt64 = 0
    var takenCount = 0
    /// The streams make no sense any more, or the session is over.
    public internal(set) var isOver = false

    public init(isHost: Bool, policy: FilePolicy) {
        self.policy = policy
        nextOffer = isHost ? 1 : 0
        nextRequest = nextOffer + 2
        nextPeerOffer = isHost ? 0 : 1
        nextPeerRequest = nextPeerOffer + 2
    }

    /// Whether another file can be sent or asked for now.
    public var hasRoom: Bool { !isOver && sent.count < Self.maximumOpen && received.count < Self.maximumOpen }

    /// Whether nothing is on its way.
    public var isIdle: Bool { sent.isEmpty && received.isEmpty }

    /// Sends a file.
    ///
    /// - Returns: nil if there is no room for it; try again when another has ended.
    public mutating func send(_ path: String, at now: Instant) -> TransferIdentifier? {
        guard hasRoom else { return nil }
        let identifier = TransferIdentifier(unchecked: nextOffer)
        nextOffer += 4
        sent[identifier] = SentFile(isPeers: false)
        events.append(.disk(.open(identifier, .path(path))))
        return identifier
    }

    /// Asks for a file of the other side.
    ///
    /// - Returns: nil if there is no room for it; try again when another has ended.
    public mutating func request(_ name: FileName, at now: Instant) -> TransferIdentifier? {
        guard hasRoom else { return nil }
        let identifier = TransferIdentifier(unchecked: nextRequest)
        nextRequest += 4
        received[identifier] = ReceivedFile(state: .requested, name: name.text, isPeers: false)
        say(.request(identifier, name: name.text))
        deadlines[identifier] = now + Self.patience
        return identifier
    }

    /// Gives a transfer up; what was received of it stays for another time.
    public mutating func cancel(_ identifier: TransferIdentifier) { fail(identifier, .cancelled) }

    /// The session is over: what was not stored has failed.
    public mutating func end() {
        guard !isOver else { return }
        isOver = true
        failAll(.sessionEnded)
    }

    public var nextDeadline: Instant? { deadlines.next }

    /// Gives up what the other side has not reacted to.
    ///
    /// - Parameter isReachable: whether it could have; if not, it is given its time anew.
    public mutating func advance(to now: Instant, isReachable: Bool = true) {
        while let identifier = deadlines.popDue(at: now) {
            if isReachable { fail(identifier, .unanswered) } else { deadlines[identifier] = now + Self.patience }
        }
    }

    public mutating func pollEvent() -> TransferEvent? {
        guard eventHead < events.count else {
            if eventHead > 0 {
                events.removeAll(keepingCapacity: true)
                eventHead = 0
            }
            return nil
        }
        defer { eventHead += 1 }
        return events[eventHead]
    }

    /// How far everything is, in the order in which it began.
    public var progress: [FileProgress] {
        (Array(sent.keys) + Array(received.keys)).sorted().compactMap { progress(of: $0) }
    }

    func progress(of identifier: TransferIdentifier) -> FileProgress? {
        if let file = sent[identifier] {
            return FileProgress(
                identifier: identifier, direction: .sending, name: file.name, size: file.size,
                heldBytes: file.heldBytes, bytes: file.queuedOffset, isPeers: file.isPeers)
        }
        return received[identifier].map { file in
            FileProgress(
                identifier: identifier, direction: .receiving, name: file.name, size: file.size,
                heldBytes: file.heldBytes, bytes: file.writtenOffset, isPeers: file.isPeers)
        }
    }

    /// Bytes of files that are held in memory.
    package var memoryBytes: Int { contentBytes + unwrittenBytes + unsentMessages.count }

    mutating func say(_ message: FileMessage) {
        if !isOver { unsentMessages += message.framed }
    }

    /// Ends a transfer without success, and lets the other side know unless it is from there.
    mutating func fail(_ identifier: TransferIdentifier, _ failure: TransferFailure, isTold: Bool = true) {
        guard let progress = progress(of: identifier) else { return }
        if arriving == identifier, failure != .violation { writeBlock(identifier) }
        forget(identifier)
        events.append(.disk(.abandon(identifier)))
        events.append(.failed(progress, failure))
        if isTold { say(.failed(identifier, failure)) }
        flow()
    }

    mutating func failAll(_ failure: TransferFailure) {
        for identifier in (Array(sent.keys) + Array(received.keys)).sorted() { fail(identifier, failure) }
        deadlines.removeAll()
        contentQueue = []
        content = []
        contentStart = 0
        contentBytes = 0
    }

    mutating func forget(_ identifier: TransferIdentifier) {
        sent[identifier] = nil
        received[identifier] = nil
        deadlines[identifier] = nil
        contentQueue.removeAll { $0 == identifier }
        if flowing == identifier { flowing = nil }
        if arriving == identifier { dropBlock() }
    }

    /// The other side makes no sense.
    mutating func lose() {
        guard !isOver else { return }
        failAll(.violation)
        isOver = true
    }
}

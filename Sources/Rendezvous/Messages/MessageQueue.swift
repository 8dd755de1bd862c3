/// Outgoing messages in order, bounded in number and bytes.
struct MessageQueue: Sendable {
    private var messages: [[UInt8]] = []
    private var head = 0
    private(set) var byteCount = 0
    let messageLimit: Int
    let byteLimit: Int

    init(messageLimit: Int, byteLimit: Int) {
        self.messageLimit = messageLimit
        self.byteLimit = byteLimit
    }

    var count: Int { messages.count - head }
    var isEmpty: Bool { count == 0 }

    /// Throws `queueFull` and leaves the queue as it is when the message exceeds a limit.
    mutating func append(_ message: [UInt8]) throws(SignalingFailure) {
        guard count < messageLimit, byteCount + message.count <= byteLimit else { throw .queueFull }
        messages.append(message)
        byteCount += message.count
    }

    mutating func popFirst() -> [UInt8]? {
        guard head < messages.count else { return nil }
        let message = messages[head]
        messages[head] = []
        head += 1
        byteCount -= message.count
        // An empty queue gives its memory back: a server has tens of thousands of them, and nearly all are empty.
        if head == messages.count { removeAll() }
        return message
    }

    mutating func removeAll() {
        messages = []
        head = 0
        byteCount = 0
    }
}

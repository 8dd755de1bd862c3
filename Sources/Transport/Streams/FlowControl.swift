/// Credit for all streams together (RFC 9000 section 4.1).
struct FlowControl: Sendable {
    private let windowBytes: UInt64
    /// New stream bytes sent, and how many the peer allows.
    private(set) var sentBytes: UInt64 = 0
    private(set) var sendCredit = Connection.initialConnectionCredit
    /// The sum of the streams' highest offsets received, and how many we allow.
    private(set) var receivedBytes: UInt64 = 0
    private(set) var receiveCredit = Connection.initialConnectionCredit
    private var readBytes: UInt64 = 0
    /// MAX_DATA and MAX_STREAM_DATA (one bit each) to send.
    var isCreditOwed = false
    var streamCreditOwed: UInt16 = 0

    init(windowBytes: Int) {
        self.windowBytes = max(UInt64(max(windowBytes, 0)), Connection.initialConnectionCredit)
    }

    var available: UInt64 { sendCredit - sentBytes }
    var isOwed: Bool { isCreditOwed || streamCreditOwed != 0 }

    mutating func sent(_ bytes: UInt64) { sentBytes += bytes }

    mutating func raiseSendCredit(to limit: UInt64) { sendCredit = max(sendCredit, limit) }

    mutating func received(_ bytes: UInt64) {
        receivedBytes += bytes
        judge()
    }

    mutating func read(_ bytes: Int) {
        readBytes += UInt64(bytes)
        judge()
    }

    /// The credit that a MAX_DATA frame sent now should give.
    mutating func giveCredit() -> UInt64 {
        receiveCredit = max(receiveCredit, readBytes + windowBytes)
        isCreditOwed = false
        return receiveCredit
    }

    private mutating func judge() {
        if receivedBytes > 0, readBytes + windowBytes - receiveCredit >= windowBytes / 4 { isCreditOwed = true }
    }
}

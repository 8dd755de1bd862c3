/// A packet being written.
struct PacketDraft {
    /// Where it starts in the caller's span, and where it must end.
    let start: Int
    let end: Int
    var record = SentPacket()
    var isAckEliciting = false
    /// Congestion control lets a full packet through.
    var isAdmitted = false
    /// Input may go, congestion or not.
    var isInputAdmitted = false
    /// State content waits: leave it room.
    var hasState = false

    init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// The packet's size limit.
    var room: Int { end - start }
}

/// Two paths at once: the one in doubt waits here while another governs what may be sent.
struct Race: Sendable {
    /// Its packets in flight go on being counted.
    var suspect: PathState
    /// The first packet that the suspect should have brought an answer to and has not.
    let unanswered: UInt64
    /// Acknowledgements since then of packets that took the suspect alone.
    var answers = 0
    /// It is we who hear nothing, and not the peer alone.
    var isOurs = false
}

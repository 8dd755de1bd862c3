import FileTransfer
import SecureChannel
import Transport

/// For tests of limits: what a session keeps.
extension Session {
    /// Each table and queue, with how many entries it has and the most that it may have.
    package var footprint: [(name: String, count: Int, limit: Int)] {
        let limits = configuration.transport
        let streams = limits.streamSendBufferBytes + limits.streamReceiveWindowBytes
        return agent.footprint + [
            // The larger of the two is rounded up to a power of two, and so is what tracks packets.
            ("transport bytes", transport.memoryBytes, StreamIdentifier.count * streams + Self.trackingBytes),
            ("file transfers", files.progress.count, 2 * FileTransfers.maximumOpen),
            ("file bytes", files.memoryBytes, Self.fileBytes),
            ("paste transfers", pasteChannel.transfers.progress.count, 2 * FileTransfers.maximumOpen),
            ("paste bytes", pasteChannel.transfers.memoryBytes, Self.fileBytes),
            ("pastes", pasteBoard.count, PasteBoard.maximumCount),
            ("untold candidates", untoldCandidates.count, 2 * SessionDescription.maximumCandidates),
            ("unsent control bytes", unsentControl.count, Self.controlBytes),
            ("waiting input events", inputBacklog.count, InputBacklog.maximumCount),
            ("port mappings", mappings.count, Self.maximumMappings),
            ("idle relay streams", idleStreams.count, SessionDescription.maximumCandidates),
        ]
    }

    private static var trackingBytes: Int { 8_192 * 256 }
    /// What a stream of files holds back for the disk and for the path, a block more of each, and the messages.
    private static var fileBytes: Int { (1 << 20) + 3 * (256 << 10) + (128 << 10) }
    /// Four of the largest messages, and one that began before there were four.
    private static var controlBytes: Int { 5 * ControlMessage.maximumSize }
}

/// What a peer keeps, its session's included; empty before there is one. Mutating, for a peer is large and a plain getter
/// would copy it.
extension ViewerPeer {
    package var footprint: [(name: String, count: Int, limit: Int)] {
        mutating get { session.footprint + (rendezvous?.footprint ?? []) + [("viewer events", events.count, 256)] }
    }
}

extension HostPeer {
    package var footprint: [(name: String, count: Int, limit: Int)] {
        mutating get {
            var result = active?.session.footprint ?? []
            for hosted in negotiations { result += hosted.session.footprint }
            if let standby { result += standby.session.footprint }
            return result + (rendezvous?.footprint ?? []) + [
                ("negotiations", negotiations.count, Self.maximumNegotiations),
                ("leaving sessions", leaving.count, 2 * Self.maximumNegotiations),
                ("socket sets", socketSets.count, 2 * Self.maximumNegotiations),
                ("host events", events.count, 256),
            ]
        }
    }
}

/// For tests that watch, without a copy of the session.
extension ViewerPeer {
    /// Whether its picture is this one, pixel for pixel.
    package func shows(_ picture: Span<UInt32>) -> Bool {
        let pixels = session.screen.decoder.pixels
        guard pixels.count == picture.count else { return false }
        for index in pixels.indices where pixels[index] & 0xFF_FFFF != picture[index] & 0xFF_FFFF { return false }
        return true
    }

    /// What its paths have come to.
    package var paths: String { "\(session.agent)" }
    package var recordWitness: RecordWitness? { session.recordWitness }
    package var sealingIdentifier: ConnectionIdentifier? { mutating get { session.sealingIdentifier } }
}

extension HostPeer {
    /// What the paths of all its sessions have come to.
    package var paths: String {
        (([active].compactMap { $0 } + negotiations).map { "\($0.session.agent)" }).joined(separator: "\n")
    }
    package var recordWitness: RecordWitness? { active?.session.recordWitness }
    package var sealingIdentifier: ConnectionIdentifier? { mutating get { active?.session.sealingIdentifier } }
}

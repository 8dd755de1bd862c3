/// For tests of limits: what a client keeps.
extension RendezvousClient {
    /// Each table and queue, with how many entries it has and the most that it may have.
    package var footprint: [(name: String, count: Int, limit: Int)] {
        [
            ("signaling messages", queue.count, configuration.queueMessages),
            ("signaling bytes", queue.byteCount, configuration.queueBytes),
            ("signaled sessions", sessions.count, configuration.sessions),
            ("kept blobs", sessions.map(\.kept.count).max() ?? 0, configuration.keptBlobs),
        ]
    }
}

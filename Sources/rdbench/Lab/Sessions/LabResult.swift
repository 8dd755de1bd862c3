/// What one session in the laboratory came to.
struct LabResult: Sendable {
    let session: LiveResult
    /// Milliseconds from the start of the viewer's process to its first path, as seen from outside.
    let connected: Double?
    /// Milliseconds from the first path to the first direct one; nil unless the session moved.
    let moved: Double?
    /// At the end, one side named another kind of path than the other.
    let isSplit: Bool

    init(connected: Double?, host: [EventLine], viewer: [EventLine]) {
        let session = LiveResult(host: host, viewer: viewer)
        self.session = session
        self.connected = connected
        let isRelayedFirst = viewer.first { $0.name == "connected" }?["path"]?.text == "relayed"
        if isRelayedFirst, let direct = session.directPath, let setup = session.setup {
            moved = direct - setup
        } else {
            moved = nil
        }
        isSplit = !session.isAgreed
    }
}

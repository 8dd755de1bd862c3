/// A running rdserver, and where it listens.
struct Server {
    let process: ChildProcess
    let url: String
    let signalingPort: UInt16
    let relayPort: UInt16
    /// The operator's page, if it has one.
    let admin: Web?

    init(_ process: ChildProcess) throws {
        self.process = process
        let listening = try process.event("listening")
        guard let url = listening["url"]?.string, let signalingPort = Self.port(of: url) else {
            throw process.failure("did not say where it listens")
        }
        self.url = url
        self.signalingPort = signalingPort
        // A server may relay nothing.
        relayPort = listening["turn"]?.string.flatMap(Self.port) ?? 0
        admin = listening["admin"]?.string.flatMap(Self.port).map { Web(port: $0) }
    }

    /// A load balancer before servers, where peers come to.
    init(_ process: ChildProcess, at url: String) {
        self.process = process
        self.url = url
        signalingPort = Self.port(of: url) ?? 0
        relayPort = 0
        admin = nil
    }

    func metrics() throws -> Metrics {
        guard let admin else { throw process.failure("has no metrics") }
        return try Metrics(try admin.get("/metrics").body)
    }

    /// Waits until the operator's page has the round trip of a live session whose path is `direct` or `relayed`: peers tell
    /// it while they go on.
    func waitForLiveRoundTrip(_ path: String) throws {
        guard let admin else { throw process.failure("has no page") }
        let row = try Regex("<td>\(path)</td><td>[0-9.e-]+ ms</td>")
        try TimeLimit.poll("the live session's round trip", seconds: 60) {
            try admin.get("/").body.firstMatch(of: row) != nil ? true : nil
        }
    }

    private static func port(of text: String) -> UInt16? {
        text.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) }
    }
}

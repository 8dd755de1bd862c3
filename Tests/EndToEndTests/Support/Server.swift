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
        guard let url = listening["url"]?.string, let turn = listening["turn"]?.string,
            let signalingPort = Self.port(of: url), let relayPort = Self.port(of: turn)
        else { throw process.failure("did not say where it listens") }
        self.url = url
        self.signalingPort = signalingPort
        self.relayPort = relayPort
        admin = listening["admin"]?.string.flatMap(Self.port).map { Web(port: $0) }
    }

    func metrics() throws -> Metrics {
        guard let admin else { throw process.failure("has no metrics") }
        return try Metrics(try admin.get("/metrics").body)
    }

    private static func port(of text: String) -> UInt16? {
        text.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) }
    }
}

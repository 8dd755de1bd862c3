/// A running rdserver, and where it listens.
struct Server {
    let process: ChildProcess
    let url: String
    let signalingPort: UInt16
    let relayPort: UInt16

    init(_ process: ChildProcess) throws {
        self.process = process
        let listening = try process.event("listening")
        guard let url = listening["url"]?.string, let turn = listening["turn"]?.string,
            let signalingPort = Self.port(of: url), let relayPort = Self.port(of: turn)
        else { throw process.failure("did not say where it listens") }
        self.url = url
        self.signalingPort = signalingPort
        self.relayPort = relayPort
    }

    private static func port(of text: String) -> UInt16? {
        text.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) }
    }
}

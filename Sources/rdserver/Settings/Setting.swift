/// What an operator can set, by one name on the command line (`--turn-port`), in the environment (`BEELINE_TURN_PORT`)
/// and in the configuration file (`"turn-port"`).
enum Setting: String, CaseIterable, Sendable {
    case listen
    case port
    case turnPort = "turn-port"
    case turnTCPPort = "turn-tcp-port"
    case turnTLSPort = "turn-tls-port"
    case alternateAddress = "alternate-address"
    case alternatePublicAddress = "alternate-public-address"
    case alternatePort = "alternate-port"
    case publicAddress = "public-address"
    case relay
    case relayPorts = "relay-ports"
    case relayThreads = "relay-threads"
    case allowPeers = "allow-peers"
    case answerShortRequests = "answer-short-requests"
    case secret
    case secretFile = "secret-file"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case name
    case trustedProxy = "trusted-proxy"
    case relayServer = "relay-server"
    case audit
    case auditSize = "audit-size"
    case auditDaily = "audit-daily"
    case auditKeep = "audit-keep"
    case auditSyncMilliseconds = "audit-sync-ms"
    case admin
    case policy
    case drainSeconds = "drain-seconds"
    case logFormat = "log-format"
    case logLevel = "log-level"
    case json

    enum Kind: Sendable {
        case text
        /// A whole number between two.
        case number(ClosedRange<Int>)
        case flag
        /// Texts; in the environment with commas between.
        case list
    }

    var kind: Kind {
        switch self {
        case .port, .turnPort, .turnTCPPort, .turnTLSPort, .alternatePort: .number(0...65_535)
        case .relayThreads: .number(1...RelayLoops.limit)
        case .auditKeep: .number(1...10_000)
        case .auditSyncMilliseconds: .number(1...60_000)
        case .drainSeconds: .number(0...86_400)
        case .relay, .answerShortRequests, .auditDaily, .json: .flag
        case .allowPeers, .trustedProxy, .relayServer: .list
        case .listen, .alternateAddress, .alternatePublicAddress, .publicAddress, .relayPorts, .secret, .secretFile,
            .tlsCertificate, .tlsKey, .name, .audit, .auditSize, .admin, .policy, .logFormat, .logLevel:
            .text
        }
    }

    /// What `turnTLSPort` is where there is a certificate: the registered port of turns.
    static let usualTLSPort: UInt16 = 5_349

    /// What applies if nobody says otherwise; nil for nothing.
    var usual: SettingValue? {
        switch self {
        case .listen: .text("127.0.0.1")
        case .port: .number(8_470)
        case .turnPort: .number(3_478)
        case .relay: .flag(true)
        case .relayPorts: .text("49152-65535")
        case .relayThreads: .number(RelayLoops.usual)
        case .answerShortRequests, .auditDaily, .json: .flag(false)
        case .auditSize: .text("64M")
        case .auditKeep: .number(30)
        case .auditSyncMilliseconds: .number(500)
        case .drainSeconds: .number(30)
        case .logFormat: .text("text")
        case .logLevel: .text("notice")
        default: nil
        }
    }

    /// Not to be shown, nor to be given by a flag: everybody on the machine sees the arguments of a process.
    var isSecret: Bool { self == .secret }

    var variable: String { "BEELINE_" + rawValue.uppercased().split(separator: "-").joined(separator: "_") }

    /// Variables of the environment that look like settings and are none.
    static func unknownVariables(in environment: [String: String]) -> [String] {
        // BEELINE_SERVER is rdpeer's.
        let known = Set(allCases.map(\.variable) + ["BEELINE_CONFIG", "BEELINE_SERVER"])
        return environment.keys.filter { $0.hasPrefix("BEELINE_") && !known.contains($0) }.sorted()
    }
}

/// What a setting is set to.
enum SettingValue: Equatable, Sendable, CustomStringConvertible {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([String])

    var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .flag(let flag): flag ? "true" : "false"
        case .list(let texts): texts.joined(separator: ",")
        }
    }
}

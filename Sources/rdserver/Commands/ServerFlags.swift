import ArgumentParser

/// The flags of settings, none of which has a value of its own: what is not given may stand in the environment or in the
/// file.
struct ServerFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A JSON file of settings, by the names of these flags, as in {\"port\": 443, \"allow-peers\": [\"10.0.0.0/8\"]}.",
            valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The address to listen on, for signaling and relay alike.", usual: .listen, valueName: "address"))
    var listen: String?

    @Option(help: ArgumentHelp("The TCP port of signaling; 0 takes any.", usual: .port, valueName: "port"))
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "The port of STUN and TURN, over UDP and TCP; 0 takes any.", usual: .turnPort, valueName: "port"))
    var turnPort: Int?

    @Option(
        name: .customLong("turn-tcp-port"),
        help: ArgumentHelp(
            "One more TCP port for relays, such as 443 for networks that pass nothing but the web.", valueName: "port"))
    var turnTCPPort: Int?

    @Option(
        name: .customLong("turn-tls-port"),
        help: ArgumentHelp(
            """
            The TCP port of TURN over TLS (turns), with the certificate of signaling: \(Setting.usualTLSPort) if there \
            is one; 0 takes any. The signaling port takes TURN as well, so with --port 443 one address and port serve \
            networks that pass nothing else.
            """, valueName: "port"))
    var turnTLSPort: Int?

    @Option(
        help: ArgumentHelp(
            """
            A second address of this machine for STUN, so that `rdpeer doctor` can tell people all about their NAT \
            (RFC 5780). With one address, the second port tells half of it.
            """, valueName: "address"))
    var alternateAddress: String?

    @Option(
        help: ArgumentHelp(
            "The address that peers see --alternate-address at, if it is another one.", valueName: "address"))
    var alternatePublicAddress: String?

    @Option(
        help: ArgumentHelp(
            "A second UDP port for STUN; 0 takes any. (default: the one above --turn-port, if it is free)",
            valueName: "port"))
    var alternatePort: Int?

    @Option(
        help: ArgumentHelp(
            "The address that peers see this machine at, if it is not the one listened on.", valueName: "address"))
    var publicAddress: String?

    @Flag(inversion: .prefixedNo, help: ArgumentHelp("Relay for peers, or introduce them only.", usual: .relay))
    var relay: Bool?

    @Option(help: ArgumentHelp("The UDP ports of relayed addresses.", usual: .relayPorts, valueName: "ports"))
    var relayPorts: String?

    @Option(
        help: ArgumentHelp(
            """
            The threads that relay, each with sockets of its own at the same ports. (default: one less than there are \
            processors, at most 8)
            """, valueName: "count"))
    var relayThreads: Int?

    @Option(
        help: ArgumentHelp(
            """
            Networks that relayed packets may go to although they are not public, as in 10.0.0.0/8; repeatable. A \
            server that listens on loopback serves one machine, and allows all.
            """, valueName: "network"))
    var allowPeers: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            """
            Answer the short first requests over UDP of STUN and TURN clients other than rdpeer too. Whoever forges \
            a source address can then have three times as many bytes sent to it.
            """, usual: .answerShortRequests))
    var answerShortRequests: Bool?

    @Option(
        help: ArgumentHelp(
            """
            A file with the secret of the relay's credentials, to share it with coturn (static-auth-secret). \
            BEELINE_SECRET and "secret" in the file take the secret itself.
            """, valueName: "file"))
    var secretFile: String?

    @Option(help: ArgumentHelp("A PEM file with the certificate chain; with it signaling is wss.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("A PEM file with the certificate's private key.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The host name in the URL that peers use; proofs of host identity are bound to it.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            """
            A proxy before this server, as in 10.0.0.5 or 10.0.0.0/24; repeatable. What it says in X-Forwarded-For is \
            taken for the address of its clients, and rooms are shared with the other servers behind it.
            """, valueName: "network"))
    var trustedProxy: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            One more relay, ours or coturn, that has the same secret (--secret-file), as in \
            turn:relay.example.org:3478?transport=udp or turns:relay.example.org:5349; repeatable. Peers take the one \
            that is nearest to both.
            """, valueName: "url"))
    var relayServer: [String] = []

    @Option(
        help: ArgumentHelp(
            "The file to append the audit trail to, as JSON lines; `rdserver audit` asks it.", valueName: "file"))
    var audit: String?

    @Option(
        help: ArgumentHelp(
            "From this size on the audit trail goes on in a new file, the old one becomes FILE.1, .2, ...; 0: never.",
            usual: .auditSize, valueName: "size"))
    var auditSize: String?

    @Flag(inversion: .prefixedNo, help: ArgumentHelp("Begin a new file each day (UTC) too.", usual: .auditDaily))
    var auditDaily: Bool?

    @Option(help: ArgumentHelp("So many old files of the audit trail are kept.", usual: .auditKeep, valueName: "count"))
    var auditKeep: Int?

    @Option(
        name: .customLong("audit-sync-ms"),
        help: ArgumentHelp(
            "After so many milliseconds a record is on the disk, whatever happens then.",
            usual: .auditSyncMilliseconds, valueName: "milliseconds"))
    var auditSyncMilliseconds: Int?

    @Option(
        help: ArgumentHelp(
            """
            Where to serve the operator's page (/), /healthz, /readyz and /metrics, as in 127.0.0.1:8480. Nobody is asked \
            for a password there: keep it on loopback. (default: nowhere)
            """, valueName: "address:port"))
    var admin: String?

    @Option(
        help: ArgumentHelp(
            """
            A file that says who may meet whom, and on what terms: groups of HOST-IDs, and rules such as `allow staff to \
            servers relay-only,recorded,time=8h`. Without one everybody meets everybody. It is read again when it changes, \
            and on SIGHUP.
            """, valueName: "file"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            """
            After SIGTERM nobody new is let in, and relayed sessions go on for so long at most; a second SIGTERM, and \
            SIGINT, stop at once.
            """, usual: .drainSeconds, valueName: "seconds"))
    var drainSeconds: Int?

    @Option(help: ArgumentHelp("How log lines on standard error look.", usual: .logFormat, valueName: "text|json"))
    var logFormat: String?

    @Option(
        help: ArgumentHelp(
            "The least important kind of log line to write.", usual: .logLevel,
            valueName: "trace|debug|info|notice|warning|error|critical"))
    var logLevel: String?

    @Flag(inversion: .prefixedNo, help: ArgumentHelp("Write JSON lines to standard output.", usual: .json))
    var json: Bool?

    /// What was given.
    var values: [Setting: SettingValue] {
        let texts: [Setting: String?] = [
            .listen: listen, .alternateAddress: alternateAddress, .alternatePublicAddress: alternatePublicAddress,
            .publicAddress: publicAddress, .relayPorts: relayPorts, .secretFile: secretFile,
            .tlsCertificate: tlsCertificate, .tlsKey: tlsKey, .name: name, .audit: audit, .auditSize: auditSize,
            .admin: admin, .policy: policy, .logFormat: logFormat, .logLevel: logLevel,
        ]
        let numbers: [Setting: Int?] = [
            .port: port, .turnPort: turnPort, .turnTCPPort: turnTCPPort, .turnTLSPort: turnTLSPort,
            .alternatePort: alternatePort, .relayThreads: relayThreads, .auditKeep: auditKeep,
            .auditSyncMilliseconds: auditSyncMilliseconds,
            .drainSeconds: drainSeconds,
        ]
        let flags: [Setting: Bool?] = [
            .relay: relay, .answerShortRequests: answerShortRequests, .auditDaily: auditDaily, .json: json,
        ]
        var values = texts.compactMapValues { $0.map { SettingValue.text($0) } }
        values.merge(numbers.compactMapValues { $0.map { .number($0) } }) { first, _ in first }
        values.merge(flags.compactMapValues { $0.map { .flag($0) } }) { first, _ in first }
        for (setting, list) in [
            Setting.allowPeers: allowPeers, .trustedProxy: trustedProxy, .relayServer: relayServer,
        ] where !list.isEmpty { values[setting] = .list(list) }
        return values
    }
}

extension ArgumentHelp {
    /// Ends with what is usual.
    fileprivate init(_ words: String, usual setting: Setting, valueName: String? = nil) {
        let usual =
            switch setting.usual {
            case .flag(let isOn)?: isOn ? "--\(setting.rawValue)" : "--no-\(setting.rawValue)"
            case let value: value?.description ?? "none"
            }
        self.init("\(words) (default: \(usual))", valueName: valueName)
    }
}

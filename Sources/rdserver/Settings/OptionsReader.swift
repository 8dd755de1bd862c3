import Logging
import ProgramSupport
import STUN
import TURN
import WireFormat

/// Makes options of settings, and collects what is wrong with them instead of stopping at the first.
struct OptionsReader {
    let settings: Settings
    private(set) var faults: [SettingFault]

    init(_ settings: Settings) {
        self.settings = settings
        faults = settings.faults
    }

    /// - Throws: the first fault; `faults` has all.
    mutating func read() throws(SettingFault) -> ServerOptions {
        let listen = address(.listen) ?? usual(.listen) { IPAddress($0) }
        let certificate = readCertificate()
        let audit = readAudit()
        let options = ServerOptions(
            listen: listen, signalingPort: port(.port), relayPort: port(.turnPort),
            turnTCPPort: port(ifSet: .turnTCPPort),
            turnTLSPort: certificate == nil ? nil : port(ifSet: .turnTLSPort) ?? Setting.usualTLSPort,
            alternateAddress: readAlternate(listen),
            alternatePort: port(ifSet: .alternatePort).map { .number($0) } ?? .next,
            publicAddress: address(.publicAddress),
            relayPorts: readRelayPorts(), relayThreads: settings.number(.relayThreads),
            allowedPeers: readRanges(.allowPeers, "wants a network, as in 10.0.0.0/8"),
            secret: readSecret(),
            tlsCertificate: certificate?.file, tlsKey: certificate?.key, audit: audit, name: settings.text(.name),
            isRelaying: settings.flag(.relay),
            trustedProxies: readRanges(.trustedProxy, "wants an address or a network, as in 10.0.0.0/24"),
            relayServers: readRelayServers(), answersShortRequests: settings.flag(.answerShortRequests),
            admin: readAdmin(), policy: settings.text(.policy), drainSeconds: settings.number(.drainSeconds),
            logging: readLogging(),
            isJSON: settings.flag(.json))
        if let first = faults.first { throw first }
        return options
    }

    private mutating func complain(_ setting: Setting, _ words: String) {
        faults.append(SettingFault("\(settings.name(of: setting)) \(words)"))
    }

    private mutating func address(_ setting: Setting) -> IPAddress? {
        guard let text = settings.text(setting) else { return nil }
        guard let ip = IPAddress(text) else {
            complain(setting, "wants an IP address, not '\(text)'.")
            return nil
        }
        return ip
    }

    private func port(_ setting: Setting) -> UInt16 { UInt16(clamping: settings.number(setting)) }

    private func port(ifSet setting: Setting) -> UInt16? {
        settings.number(ifSet: setting).map { UInt16(clamping: $0) }
    }

    /// What to go on with where a text cannot be used, to find what else is wrong.
    private func usual<Value>(_ setting: Setting, _ parse: (String) -> Value?) -> Value {
        guard case .text(let text)? = setting.usual, let value = parse(text) else {
            preconditionFailure("\(setting) has no usual value")
        }
        return value
    }

    private mutating func readCertificate() -> (file: String, key: String)? {
        switch (settings.text(.tlsCertificate), settings.text(.tlsKey)) {
        case (let file?, let key?): return (file, key)
        case (.some, nil): complain(.tlsCertificate, "needs --tls-key: the certificate's private key.")
        case (nil, .some): complain(.tlsKey, "needs --tls-certificate: the certificate of that key.")
        case (nil, nil):
            if settings.number(ifSet: .turnTLSPort) != nil {
                complain(.turnTLSPort, "needs --tls-certificate and --tls-key.")
            }
        }
        return nil
    }

    private mutating func readAlternate(_ main: IPAddress) -> BindingServer.Address? {
        let advertised = address(.alternatePublicAddress)
        guard let alternate = address(.alternateAddress) else {
            if advertised != nil { complain(.alternatePublicAddress, "goes with --alternate-address.") }
            return nil
        }
        guard !main.isUnspecified, alternate != main, alternate.isIPv4 == main.isIPv4 else {
            complain(
                .alternateAddress, "goes with --listen and another address of the same family, not all addresses.")
            return nil
        }
        return BindingServer.Address(bound: alternate, advertised: advertised)
    }

    private mutating func readRelayPorts() -> ClosedRange<UInt16> {
        if let ports = settings.text(.relayPorts).flatMap(Self.ports) { return ports }
        complain(.relayPorts, "wants two ports, as in 49152-65535.")
        return usual(.relayPorts, Self.ports)
    }

    private static func ports(_ text: String) -> ClosedRange<UInt16>? {
        let ports = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard ports.count == 2, let first = ports[0], let last = ports[1], first > 0, first <= last else { return nil }
        return first...last
    }

    private mutating func readRanges(_ setting: Setting, _ words: String) -> [AddressRange] {
        settings.list(setting).compactMap { text in
            let range = AddressRange(text)
            if range == nil { complain(setting, "\(words), not '\(text)'.") }
            return range
        }
    }

    private mutating func readRelayServers() -> [RelayServer] {
        let texts = settings.list(.relayServer)
        if !texts.isEmpty, settings.text(.secret) == nil, settings.text(.secretFile) == nil {
            complain(.relayServer, "needs --secret-file, the secret that those relays have as well.")
        }
        return texts.compactMap { text in
            let server = RelayServer(text)
            if server == nil {
                complain(.relayServer, "wants a URL such as turn:host:3478?transport=udp, not '\(text)'.")
            }
            return server
        }
    }

    private mutating func readSecret() -> SecretChoice {
        switch (settings.text(.secret), settings.text(.secretFile)) {
        case (nil, nil): return .random
        case (nil, let file?): return .file(file)
        case (let text?, nil): return .text(text)
        case (.some, .some):
            complain(.secret, "and \(settings.name(of: .secretFile)) are two secrets: set one of them.")
            return .random
        }
    }

    private mutating func readAudit() -> AuditSettings? {
        let sizeText = settings.text(.auditSize) ?? ""
        let size = ByteSize(sizeText)?.bytes
        if size == nil { complain(.auditSize, "wants a size, as in 64M, not '\(sizeText)'.") }
        return settings.text(.audit).map { path in
            AuditSettings(
                path: path, sizeLimit: size == 0 ? nil : size, isDaily: settings.flag(.auditDaily),
                filesKept: settings.number(.auditKeep),
                syncMilliseconds: settings.number(.auditSyncMilliseconds))
        }
    }

    private mutating func readAdmin() -> TransportAddress? {
        guard let text = settings.text(.admin) else { return nil }
        guard let address = TransportAddress(text) else {
            complain(.admin, "wants an IP address and a port, as in 127.0.0.1:8480, not '\(text)'.")
            return nil
        }
        return address
    }

    private mutating func readLogging() -> LogSettings {
        let format = LogSettings.Format(rawValue: settings.text(.logFormat) ?? "")
        if format == nil { complain(.logFormat, "is text or json.") }
        let level = Logger.Level(rawValue: settings.text(.logLevel) ?? "")
        if level == nil { complain(.logLevel, "is trace, debug, info, notice, warning, error or critical.") }
        return LogSettings(
            format: format ?? usual(.logFormat, LogSettings.Format.init(rawValue:)),
            level: level ?? usual(.logLevel, Logger.Level.init(rawValue:)))
    }
}

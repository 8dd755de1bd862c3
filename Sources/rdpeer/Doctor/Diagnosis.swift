import ICE
import NetworkIO
import WireFormat

/// Everything that was found out, and what it means.
struct Diagnosis {
    struct Relay {
        let transport: TransportProtocol
        let port: UInt16
        let outcome: RelayProbe.Outcome

        var works: Bool { if case .works = outcome { true } else { false } }
    }

    enum Gateway {
        /// The machine has no IPv4 router, or was told not to ask.
        case notAsked
        case asked(IPAddress, GatewayProbe.Outcome)
    }

    /// What the exit status says.
    enum Verdict: String {
        /// Direct with most others.
        case direct
        /// Direct with most, but only by guessing ports: slower, and not always.
        case hard
        /// Through the relay only.
        case relayed
        /// Neither way.
        case none
        /// The server could not be asked to introduce anybody.
        case noServer = "no-server"
    }

    var server: String
    var serverAddress: IPAddress?
    /// From the start to the open signaling connection; nil if it did not open.
    var signalingSetup: Interval?
    /// Why the server introduced nobody; nil if it did.
    var introductionFault: String?
    /// The same as the connection's end, if that was why.
    var signalingFailure: SignalingTransportFailure?
    /// Nil if there is no way to the server over this family.
    var ipv4: DoctorMachine.Discovery.Outcome?
    var ipv6: DoctorMachine.Discovery.Outcome?
    /// Our address on the way to the server.
    var localIPv4: IPAddress?
    var hasGlobalIPv6 = false
    var relays: [Relay] = []
    var gateway = Gateway.notAsked
    var duration = Interval.zero

    var report: BehaviorReport? { if case .found(let report)? = ipv4 { report } else { nil } }

    /// The server is on this machine: nothing was seen of any network.
    var isServerLocal: Bool { serverAddress?.isLoopback ?? false }

    /// The port that the router forwarded, if that is where the internet finds us.
    var forwarded: Bool {
        guard case .asked(_, .maps(let port)) = gateway else { return false }
        return port.external.ip.isGlobal && (report.map { $0.externalAddresses.contains(port.external.ip) } ?? false)
    }

    /// Somebody beyond our own router translates once more.
    var isBehindCarrier: Bool {
        if localIPv4?.isCarrierShared == true { return true }
        guard case .asked(_, .maps(let port)) = gateway, let report, report.isTranslated else { return false }
        return !report.externalAddresses.contains(port.external.ip)
    }

    var outlook: TraversalOutlook? {
        switch ipv4 {
        case .found(let report)?:
            forwarded ? TraversalOutlook(filtering: .any) : TraversalOutlook(report)
        case .unreachable?: TraversalOutlook(passesUDP: false)
        case .pending?, nil: nil
        }
    }

    func outcome(with peer: PeerClass) -> TraversalOutlook.Outcome {
        outlook?.outcome(with: peer.outlook) ?? .unknown
    }

    /// The kind of network, by the names of `PeerClass` and two more.
    var network: String {
        guard let outlook else { return "unknown" }
        guard outlook.passesUDP else { return PeerClass.udpBlocked.rawValue }
        if outlook.mapping == .any {
            if outlook.filtering == .any { return PeerClass.open.rawValue }
            return report?.isTranslated == false ? "firewalled" : PeerClass.endpointIndependent.rawValue
        }
        return (outlook.isPredictable ? PeerClass.symmetricSequential : .symmetricRandom).rawValue
    }

    var verdict: Verdict {
        let hasRelay = relays.contains(where: \.works)
        // Without a connection to it no session begins, whatever its STUN and its relay say.
        if signalingSetup == nil { return .noServer }
        // Who meets there meets on this machine.
        if isServerLocal { return .direct }
        switch outcome(with: .endpointIndependent) {
        case .direct: return .direct
        case .prediction, .manySockets: return .hard
        case .relayed, .unknown: return hasRelay ? .relayed : .none
        }
    }
}

extension Diagnosis.Relay {
    /// Whether the server answered anything.
    var isReached: Bool {
        switch outcome {
        case .works, .answers: true
        case .pending, .unreachable: false
        }
    }
}

extension IPAddress {
    /// Whether the internet could send something there.
    var isGlobal: Bool {
        !isPrivate && !isCarrierShared && !isLinkLocal && !isLoopback && !isMulticast && !isUnspecified && !isBroadcast
    }
}

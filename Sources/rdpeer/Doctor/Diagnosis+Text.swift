import ICE
import PortMapping
import WireFormat

/// The findings in words for somebody who does not know the words, with the technical ones in brackets.
extension Diagnosis {
    var text: String {
        var lines = ["", "Your network"]
        lines += networkLines.map(Self.line)
        lines += ["", "The server, \(server)"]
        lines += serverLines.map(Self.line)
        if outlook != nil, !isServerLocal, verdict != .noServer {
            lines += ["", "What to expect with somebody who"]
            lines += PeerClass.allCases.map {
                Self.line(($0.words, outcome(with: $0).words), width: 53)
            }
        }
        lines += ["", "In short: \(summary)"]
        let advice = advice
        if !advice.isEmpty { lines += ["", "What would help"] + advice.map { Self.wrapped("- " + $0) } }
        return lines.joined(separator: "\n")
    }

    private static func line(_ line: (name: String, words: String)) -> String { self.line(line, width: 15) }

    private static func line(_ line: (name: String, words: String), width: Int) -> String {
        "  " + line.name + String(repeating: " ", count: max(1, width - line.name.count)) + line.words
    }

    /// For a terminal of 80 columns or more.
    private static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        var current = " "
        for word in text.split(separator: " ") {
            if current.count + word.count + 1 > 88 {
                lines.append(current)
                current = "   "
            }
            current += " " + word
        }
        return (lines + [current]).joined(separator: "\n")
    }

    // MARK: The network

    private var networkLines: [(String, String)] {
        var lines = udpLines
        lines.append(("Router", gatewayWords))
        lines.append(("IPv6", ipv6Words))
        return lines
    }

    private var udpLines: [(String, String)] {
        guard let report else {
            if verdict == .noServer { return [("UDP", "not known: nothing can be told without a server")] }
            if case .unreachable? = ipv4 { return [("UDP", "blocked, or the server does not answer it")] }
            return [("UDP", "not tried: there is no way to the server over IPv4")]
        }
        let milliseconds = report.roundTrip.map { ", round trip \(Self.words($0))" } ?? ""
        var lines = [("UDP", "works; the server sees this machine at \(report.mapped.ip)\(milliseconds)")]
        lines.append(("Address", addressWords(report)))
        if report.isTranslated {
            lines.append(("NAT", report.mapping.words + " [mapping: \(report.mapping.rawValue)]"))
            if let words = portWords(report) { lines.append(("Ports", words)) }
        }
        lines.append(("Filter", report.filtering.words + " [filtering: \(report.filtering.rawValue)]"))
        if report.isTranslated, report.hairpinning != .unknown {
            let works = report.hairpinning != .none
            lines.append(
                (
                    "Hairpin",
                    (works ? "works" : "does not work") + ": two machines behind this NAT "
                        + (works ? "" : "do not ") + "reach each other at its outside address"
                ))
        }
        return lines
    }

    private func addressWords(_ report: BehaviorReport) -> String {
        guard report.isTranslated else { return "this machine's own is what others see; there is no NAT" }
        let local = localIPv4.map { " \($0)" } ?? ""
        let many = report.externalAddresses.count > 1 ? ", one of several" : ""
        let carrier = isBehindCarrier ? "; your provider has a NAT of its own (carrier-grade NAT)" : ""
        return "this machine's\(local) is translated to \(report.mapped.ip)\(many) (NAT)\(carrier)"
    }

    private func portWords(_ report: BehaviorReport) -> String? {
        switch report.successive {
        case .step(let step): return "the next one can be predicted: \(step > 0 ? "+" : "")\(step) each time"
        case .random(let range) where report.mapping != .endpointIndependent:
            return "cannot be predicted (seen: \(range.lowerBound) to \(range.upperBound))"
        default: break
        }
        switch report.allocation {
        case .preserving: return "kept as they are"
        case .sequential(let step): return "given out in order, \(step > 0 ? "+" : "")\(step) each time"
        case .random(let range): return "chosen at random (seen: \(range.lowerBound) to \(range.upperBound))"
        case .unknown: return nil
        }
    }

    private var gatewayWords: String {
        guard case .asked(let gateway, let outcome) = gateway else { return "not asked for a port" }
        switch outcome {
        case .maps(let port):
            let place = "forwards ports on request, by \(port.method.words)"
            return forwarded ? place : place + ", but \(port.external.ip) is not where the internet finds it"
        case .refuses(let reason): return "\(gateway) forwards no port: \(reason)"
        case .silent, .pending: return "\(gateway) forwards no ports on request (no PCP, NAT-PMP or UPnP)"
        }
    }

    private var ipv6Words: String {
        switch ipv6 {
        case .found(let report)?:
            "works; the server sees \(report.mapped.ip). Filter: \(report.filtering.words) "
                + "[filtering: \(report.filtering.rawValue)]"
        case .unreachable?: "this machine has an address, but the server does not answer there over UDP"
        case .pending?, nil:
            hasGlobalIPv6
                ? "this machine has an address; the server has none to try it with"
                : "this machine has no global address"
        }
    }

    // MARK: The server

    private var serverLines: [(String, String)] {
        var lines: [(String, String)] = []
        if let signalingSetup, introductionFault == nil {
            lines.append(("Signaling", "works (\(Self.words(signalingSetup)))"))
        } else {
            lines.append(("Signaling", "fails: \(introductionFault ?? "no connection")"))
        }
        for relay in relays {
            let name = relay.transport == .tls ? "TLS" : relay.transport == .tcp ? "TCP" : "UDP"
            lines.append(("Relay, \(name)", relayWords(relay)))
        }
        if relays.isEmpty { lines.append(("Relay", "the server has none")) }
        return lines
    }

    private func relayWords(_ relay: Relay) -> String {
        switch relay.outcome {
        case .works(let setup): "works, port \(relay.port) (\(Self.words(setup)))"
        case .answers(let detail): "reached at port \(relay.port); \(detail)"
        case .unreachable(let detail): "port \(relay.port) cannot be reached: \(detail)"
        case .pending: "port \(relay.port): no answer in time"
        }
    }

    // MARK: What it comes to

    var summary: String {
        if isServerLocal, verdict != .noServer {
            return
                "the server runs on this machine and works for who is on it too; that says nothing about your network."
        }
        return switch verdict {
        case .direct: "sessions will be direct with most people."
        case .hard:
            "sessions will be direct with most people, after a moment through the relay; with some they stay there."
        case .relayed: "sessions will go through the server's relay."
        case .none: "no direct path is likely, and no relay works: sessions will fail."
        case .noServer: "the server cannot be used, so no session can begin."
        }
    }

    private static func words(_ interval: Interval) -> String {
        interval < .milliseconds(1) ? "under 1 ms" : "\((interval.nanoseconds + 500_000) / 1_000_000) ms"
    }
}

extension MappingVerdict {
    fileprivate var words: String {
        switch self {
        case .endpointIndependent: "easy: it keeps one outside port for everybody"
        case .addressDependent: "hard: it takes another outside port for each address"
        case .addressAndPortDependent: "hard: it takes another outside port for each destination"
        case .portIndependent: "probably easy: it keeps one outside port for two ports of the server"
        case .unknown: "could not be told with this server"
        }
    }
}

extension FilteringVerdict {
    fileprivate var words: String {
        switch self {
        case .endpointIndependent: "none: anybody gets in who knows the port"
        case .addressDependent: "loose: in come only machines that were written to first"
        case .addressAndPortDependent: "strict: in come only those who were written to first, as is usual"
        case .portIndependent: "not strict: other ports of a machine that was written to get in"
        case .unknown: "could not be told with this server"
        }
    }
}

extension PeerClass {
    fileprivate var words: String {
        switch self {
        case .open: "can be reached from outside"
        case .endpointIndependent: "is behind a home router, as most are"
        case .symmetricSequential: "is behind a NAT that counts ports up"
        case .symmetricRandom: "is behind a NAT with random ports"
        case .carrierGrade: "is in a phone network or behind its provider's NAT"
        case .udpBlocked: "has no UDP"
        }
    }
}

extension TraversalOutlook.Outcome {
    fileprivate var words: String {
        switch self {
        case .direct: "direct"
        case .prediction: "direct, by guessing the next port"
        case .manySockets: "direct in most cases, by trying many ports"
        case .relayed: "through the relay"
        case .unknown: "unknown"
        }
    }
}

extension MappingMethod {
    var words: String {
        switch self {
        case .pcp: "PCP"
        case .natPMP: "NAT-PMP"
        case .upnp: "UPnP"
        }
    }
}

import ICE
import WireFormat

/// What somebody could change, the most useful first.
extension Diagnosis {
    var advice: [String] {
        if verdict == .noServer {
            return [
                signalingFailure?.advice
                    ?? "Check the server's URL, that rdserver runs there, and that its TCP port is open in the firewalls between."
            ]
        }
        if isServerLocal {
            return ["The server is on this machine. Name one on the internet to learn about your network."]
        }
        return networkAdvice + relayAdvice + serverAdvice
    }

    private var networkAdvice: [String] {
        var advice: [String] = []
        if case .unreachable? = ipv4 {
            advice.append(
                "Let UDP out through your firewall, to port 3478 of the server and to any port of other people's machines. "
                    + "Until then every session goes through the relay, over TCP. (If the server runs rdserver --no-relay, it "
                    + "answers no UDP, and this says nothing about your network.)")
        }
        if let outlook, outlook.passesUDP, outlook.mapping != .any {
            advice.append(
                "Your router gives every destination another port (\"symmetric NAT\"). If it is yours, look for a setting such "
                    + "as \"endpoint-independent NAT\", \"full cone\", \"static port\" (pfSense, OPNsense), or remove "
                    + "\"fully-random\" from nftables' masquerade.")
        }
        if report?.isTranslated == true, !forwarded, outcome(with: .symmetricRandom) != .direct, !isBehindCarrier {
            switch gateway {
            case .asked(_, .silent):
                advice.append(
                    "Turn on UPnP, NAT-PMP or PCP in your router: it can then open a port for each session, and direct "
                        + "sessions work with any peer that has UDP.")
            case .asked(_, .refuses):
                advice.append("Your router knows port forwarding on request, but refuses it: allow it in its settings.")
            default: break
            }
        }
        if isBehindCarrier {
            advice.append(
                "Your provider shares one address among many customers (carrier-grade NAT). Ask for a public IPv4 address, or "
                    + "for IPv6.")
        }
        if !hasGlobalIPv6, outcome(with: .symmetricRandom) != .direct {
            advice.append("IPv6 would make sessions direct with everybody who has it too; this machine has none.")
        }
        return advice
    }

    private var relayAdvice: [String] {
        guard !relays.isEmpty else { return [] }
        guard relays.contains(where: \.works) else {
            return [
                "No relay could be used: sessions that find no direct path will fail. Open the TURN port (3478, UDP and TCP) "
                    + "towards the server, and look at the server's log."
            ]
        }
        let hasStream = relays.contains { $0.transport != .udp && $0.works }
        guard !hasStream else { return [] }
        return ["The relay works over UDP only; in a network without UDP a session would fail. Open its TCP port too."]
    }

    private var serverAdvice: [String] {
        guard let report, report.serverOffers != .twoAddresses, verdict != .relayed else { return [] }
        return [
            "For whoever runs the server: with a second address (rdserver --alternate-address) it could tell exactly which "
                + "kind of NAT this is."
        ]
    }
}

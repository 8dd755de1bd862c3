import ICE
import WireFormat

/// The findings for a program: one object.
extension Diagnosis {
    var fields: [(name: String, value: JSONValue)] {
        [("verdict", .string(verdict.rawValue))] + networkFields + [
            ("carrier_grade", .boolean(isBehindCarrier)), ("summary", .string(summary)), ("server", .string(server)),
            ("server_is_local", .boolean(isServerLocal)), ("signaling", signaling), ("udp", Self.udp(ipv4)),
            ("ipv6", ipv6Value), ("relays", .array(relays.map(Self.relay))), ("gateway", gatewayValue),
            ("advice", .array(advice.map { .string($0) })), ("duration_ms", Self.value(duration)),
        ]
    }

    /// Nothing is said of sessions that cannot begin.
    private var networkFields: [(name: String, value: JSONValue)] {
        guard verdict != .noServer else { return [] }
        let peers = PeerClass.allCases.map { ($0.rawValue, JSONValue.string(outcome(with: $0).rawValue)) }
        return [("network", .string(network)), ("peers", .object(peers))]
    }

    private var signaling: JSONValue {
        .object([
            ("works", .boolean(introductionFault == nil)), ("setup_ms", signalingSetup.map(Self.value) ?? .null),
            ("detail", introductionFault.map { .string($0) } ?? .null),
        ])
    }

    private static func udp(_ outcome: DoctorMachine.Discovery.Outcome?) -> JSONValue {
        switch outcome {
        case .found(let report)?: .object([("works", .boolean(true))] + fields(of: report))
        case .unreachable?, .pending?: .object([("works", .boolean(false))])
        case nil: .null
        }
    }

    private static func fields(of report: BehaviorReport) -> [(name: String, value: JSONValue)] {
        var fields: [(name: String, value: JSONValue)] = [
            ("mapped", .string("\(report.mapped)")), ("translated", .boolean(report.isTranslated)),
            ("external_addresses", .array(report.externalAddresses.map { .string("\($0)") })),
            ("mapping", .string(report.mapping.rawValue)), ("filtering", .string(report.filtering.rawValue)),
            ("hairpinning", .string(report.hairpinning.rawValue)),
        ]
        switch report.allocation {
        case .preserving: fields.append(("ports", .string("preserving")))
        case .sequential(let step):
            fields += [("ports", .string("sequential")), ("port_step", .integer(Int64(step)))]
        case .random: fields.append(("ports", .string("random")))
        case .unknown: fields.append(("ports", .string("unknown")))
        }
        switch report.successive {
        case .same: fields.append(("next_port", .string("same")))
        case .step(let step):
            fields += [("next_port", .string("step")), ("next_port_step", .integer(Int64(step)))]
        case .random: fields.append(("next_port", .string("random")))
        case .unknown: fields.append(("next_port", .string("unknown")))
        }
        return fields + [
            ("rtt_ms", report.roundTrip.map(value) ?? .null), ("server_offers", .string(report.serverOffers.rawValue)),
        ]
    }

    private var ipv6Value: JSONValue {
        .object([("has_global_address", .boolean(hasGlobalIPv6)), ("udp", Self.udp(ipv6))])
    }

    private static func relay(_ relay: Relay) -> JSONValue {
        var fields: [(name: String, value: JSONValue)] = [
            ("transport", .string("\(relay.transport)")), ("port", .integer(Int64(relay.port))),
            ("works", .boolean(relay.works)), ("reached", .boolean(relay.isReached)),
        ]
        switch relay.outcome {
        case .works(let setup): fields.append(("setup_ms", value(setup)))
        case .answers(let detail), .unreachable(let detail): fields.append(("detail", .string(detail)))
        case .pending: fields.append(("detail", .string("no answer in time")))
        }
        return .object(fields)
    }

    private var gatewayValue: JSONValue {
        guard case .asked(let gateway, let outcome) = gateway else { return .null }
        var fields: [(name: String, value: JSONValue)] = [("address", .string("\(gateway)"))]
        switch outcome {
        case .maps(let port):
            fields += [
                ("maps", .boolean(true)), ("method", .string(port.method.words)),
                ("external", .string("\(port.external)")), ("of_use", .boolean(forwarded)),
            ]
        case .refuses(let reason): fields += [("maps", .boolean(false)), ("detail", .string(reason))]
        case .silent, .pending: fields += [("maps", .boolean(false)), ("detail", .string("no answer"))]
        }
        return .object(fields)
    }

    private static func value(_ interval: Interval) -> JSONValue {
        .number(Double(interval.nanoseconds) / 1_000_000)
    }
}

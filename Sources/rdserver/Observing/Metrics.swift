import Foundation
import Rendezvous
import TURN

/// What `/metrics` says. The values of labels are few and our own: nothing that a peer says is one.
enum Metrics {
    static func text(_ figures: ServerFigures, _ observations: borrowing Observations) -> String {
        var text = MetricsText()
        sessions(observations, &text)
        signaling(figures.signaling, observations, &text)
        if let relay = figures.relay { add(relay, observations, &text) }
        if let audit = figures.audit { add(audit, &text) }
        if let policy = figures.policy { add(policy, &text) }
        process(figures, &text)
        return text.text
    }

    private static func sessions(_ observations: borrowing Observations, _ text: inout MetricsText) {
        text.add(
            "beeline_sessions_reported_total", .counter,
            "Sessions that are over and whose peers both told their figures, by the path at the end.", label: "path",
            [
                ("direct", Double(observations.count(.direct))), ("relayed", Double(observations.count(.relayed))),
                ("none", Double(observations.count(.none))),
            ])
        if let direct = observations.share(.direct), let relayed = observations.share(.relayed) {
            text.add("beeline_sessions_direct_ratio", .gauge, "Share of those that went direct.", direct)
            text.add("beeline_sessions_turn_fallback_ratio", .gauge, "Share of those that stayed relayed.", relayed)
        }
        text.add(
            "beeline_session_rtt_p50_seconds", "Median round trip of each of those sessions.", observations.rttP50)
        text.add(
            "beeline_session_rtt_p95_seconds", "95th percentile of the round trips of each of those sessions.",
            observations.rttP95)
        text.add(
            "beeline_session_ttff_seconds", "Time to first frame of each of those sessions.", observations.firstFrame)
        text.add(
            "beeline_sessions_live", .gauge, "Sessions that go on, as far as is known.", Double(observations.liveCount))
        text.add(
            "beeline_sessions_relayed", .gauge, "Of those, sessions that need the relay, or may.",
            Double(observations.relayedCount))
    }

    private static func signaling(
        _ statistics: ServerStatistics, _ observations: borrowing Observations, _ text: inout MetricsText
    ) {
        text.add(
            "beeline_hosts_waiting", .gauge, "Hosts that wait for viewers, those included that have one.",
            Double(statistics.waitingHosts))
        text.add("beeline_connections", .gauge, "Signaling connections.", Double(statistics.connections))
        text.add("beeline_signaled_sessions", .gauge, "Sessions with signaling.", Double(statistics.sessions))
        text.add("beeline_sources", .gauge, "Addresses that are remembered.", Double(statistics.sources))
        let counters: [(String, String, UInt64)] = [
            ("connections", "Signaling connections so far.", statistics.connectionsTotal),
            ("messages", "Signaling messages received.", statistics.messagesTotal),
            ("malformed_messages", "Of those, messages that were none.", statistics.malformedTotal),
            ("introductions", "Viewers introduced to hosts.", statistics.introducedTotal),
            ("answers", "Introductions that hosts answered.", statistics.answeredTotal),
            ("meetings", "Sessions whose peers met again.", statistics.meetingsTotal),
        ]
        for (name, help, value) in counters { text.add("beeline_\(name)_total", .counter, help, Double(value)) }
        text.add(
            "beeline_refusals_total", .counter, "What signaling did not grant.", label: "reason",
            Reason.allCases.map { ("\($0)", Double(statistics.refusedTotal($0))) })
    }

    private static func add(
        _ relay: RelayFigures, _ observations: borrowing Observations, _ text: inout MetricsText
    ) {
        let statistics = relay.statistics
        var traffic = relay.live
        traffic.add(observations.endedTraffic)
        text.add("beeline_relay_allocations", .gauge, "Allocations.", Double(relay.allocations))
        text.add(
            "beeline_relay_allocations_total", .counter, "Allocations so far.", Double(statistics.allocationsCreated))
        text.add(
            "beeline_relay_bytes_total", .counter, "Payload relayed.", label: "direction",
            [("to_peers", Double(traffic.bytesToPeers)), ("to_clients", Double(traffic.bytesToClient))])
        text.add(
            "beeline_relay_packets_total", .counter, "Packets relayed.", label: "direction",
            [("to_peers", Double(traffic.packetsToPeers)), ("to_clients", Double(traffic.packetsToClient))])
        text.add(
            "beeline_relay_connections", .gauge, "Connections of clients over TCP and TLS.",
            Double(relay.streams.connections))
        text.add(
            "beeline_stun_bindings_total", .counter, "Binding requests, over UDP, TCP and TLS.",
            Double(statistics.bindings + relay.bindings.requests))
        text.add(
            "beeline_relay_refusals_total", .counter, "Requests and packets that the relay did not take.",
            label: "reason", refusals(relay).map { ($0.0, Double($0.1)) })
        text.add(
            "beeline_relay_socket_bytes_total", .counter, "Bytes of UDP datagrams.", label: "direction",
            [("received", Double(relay.datagrams.bytesReceived)), ("sent", Double(relay.datagrams.bytesSent))])
    }

    /// By reason.
    static func refusals(_ relay: RelayFigures) -> [(String, UInt64)] {
        let statistics = relay.statistics
        return [
            ("unauthenticated", statistics.challenges), ("error", statistics.refusals),
            ("peer_address", statistics.refusedPeers),
            ("short_request", statistics.withheldAnswers + relay.bindings.withheldAnswers),
            ("malformed", statistics.malformed + relay.bindings.dropped), ("unexpected", statistics.unexpected),
            ("no_allocation", statistics.withoutAllocation), ("no_permission", statistics.notPermitted),
            ("too_long", statistics.tooLong), ("overloaded", statistics.overloaded),
            ("too_often", statistics.tooOften),
        ]
    }

    private static func add(_ audit: AuditStatistics, _ text: inout MetricsText) {
        text.add("beeline_audit_records_total", .counter, "Records written to the audit trail.", Double(audit.written))
        text.add(
            "beeline_audit_records_synced_total", .counter, "Of those, records that are on the disk.",
            Double(audit.synced))
        text.add(
            "beeline_audit_records_lost_total", .counter, "Records that could not be written.", Double(audit.lost))
        text.add("beeline_audit_rotations_total", .counter, "Files that became old ones.", Double(audit.rotations))
    }

    private static func add(_ policy: PolicyDesk.Figures, _ text: inout MetricsText) {
        text.add("beeline_policy_rules", .gauge, "Rules of the policy in force.", Double(policy.rules))
        text.add(
            "beeline_policy_decisions_total", .counter, "What the policy said of introductions.", label: "decision",
            [
                ("allowed", Double(policy.allowed)), ("forbidden", Double(policy.forbidden)),
                ("viewer_asked", Double(policy.asked)),
            ])
        text.add(
            "beeline_policy_reloads_total", .counter, "How often the policy was read again.", label: "result",
            [("ok", Double(policy.reloads)), ("failed", Double(policy.failedReloads))])
    }

    private static func process(_ figures: ServerFigures, _ text: inout MetricsText) {
        text.add("beeline_draining", .gauge, "1 after SIGTERM.", figures.isDraining ? 1 : 0)
        text.add(
            "process_start_time_seconds", .gauge, "When the process began, in seconds since 1970.",
            figures.startedAt.timeIntervalSince1970)
        text.add(
            "process_resident_memory_bytes", .gauge, "Resident memory.", Double(figures.process.residentBytes))
        text.add("process_cpu_seconds_total", .counter, "Processor time.", figures.process.cpuSeconds)
        text.add("process_open_fds", .gauge, "Open descriptors.", Double(figures.process.openDescriptors))
        text.add("process_max_fds", .gauge, "Descriptors allowed.", Double(figures.process.descriptorLimit))
    }
}

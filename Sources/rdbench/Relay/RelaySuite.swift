import Foundation
import ProgramSupport

/// Our relay and coturn in turn, under the same packets.
struct RelaySuite {
    private static let slicesByDefault = 2
    private static let mostSlices = 50
    private static let sliceSeconds = 0.25
    private static let latencySeconds = 3.0
    private static let allocations = [1_000, 10_000]
    /// Of the relay, beside those of relayed addresses.
    private static let otherDescriptors = 100

    let context: SuiteContext

    func run(in scratch: ScratchFolder) throws -> SuiteOutcome {
        _ = try ProgramFolder.program("rdserver")
        _ = try DisplayProgram.Kind.turnserver.path()
        let slices = min(max(context.sessions ?? Self.slicesByDefault, 1), Self.mostSlices)
        var outcome = SuiteOutcome(context.progress)
        outcome.add("relay, packets") { try packets(slices, folder: scratch.path) }
        outcome.add("relay, single packets") { try latency(folder: scratch.path) }
        outcome.add("relay, flood") { try flood(folder: scratch.path) }
        outcome.add("relay, allocations") { try allocations(folder: scratch.path) }
        outcome.add("relay, strangers") { try strangers(folder: scratch.path) }
        context.progress.note("relay: \(context.relays.shapes.count) shapes of traffic")
        return outcome
    }

    private func stages(folder: String, isStamping: Bool = false) throws -> [RelayStage] {
        var stages: [RelayStage] = []
        do {
            for kind in RelayKind.allCases {
                stages.append(
                    try RelayStage(
                        kind, threads: context.relays.threads, seed: context.seed, folder: folder,
                        isStamping: isStamping))
            }
        } catch {
            for stage in stages { stage.stop() }
            throw error
        }
        return stages
    }

    private func packets(_ slices: Int, folder: String) throws -> [CaseResult] {
        let stages = try stages(folder: folder)
        defer { for stage in stages { stage.stop() } }
        for stage in stages {
            try stage.allocate(context.relays.shapes.map(\.allocations).max() ?? 1)
            try stage.bindChannels()
        }
        let meter = ThroughputMeter(stages: stages, slices: slices, sliceSeconds: Self.sliceSeconds)
        var results: [CaseResult] = []
        for (index, shape) in context.relays.shapes.enumerated() {
            context.progress.step("relay", index, of: context.relays.shapes.count)
            for stage in stages { stage.renew() }
            let (figures, ratios) = meter.measure(shape)
            for (number, kind) in RelayKind.allCases.enumerated() {
                var result = result(shape.name, kind)
                result.measures["cpu_us_per_packet"] = figures[number].cpu.json
                result.measures["packets_per_s"] = figures[number].packetsPerSecond.json
                result.measures["loss"] = .rounded(figures[number].loss)
                result.measures["misdelivered"] = .integer(figures[number].misdelivered)
                if kind == .beeline { result.measures["cpu_of_coturn"] = ratios[1].json }
                results.append(result)
            }
        }
        return results
    }

    private func latency(folder: String) throws -> [CaseResult] {
        let stages = try stages(folder: folder, isStamping: true)
        defer { for stage in stages { stage.stop() } }
        for stage in stages { try stage.bindChannels() }
        context.progress.note("relay: single packets, for \(Figure.short(Self.latencySeconds)) s")
        let figures = RelayLatencyMeter(stages: stages, seconds: Self.latencySeconds).measure()
        return RelayLatencyMeter.Direction.allCases.flatMap { direction in
            RelayKind.allCases.enumerated().map { number, kind in
                let relayed = figures.relayed[number][direction.rawValue]
                let direct = figures.direct[direction.rawValue]
                var result = result(direction == .toPeer ? "client to peer" : "peer to client", kind)
                result.measures["one_way_us"] = relayed.json
                result.measures["direct_us"] = direct.json
                result.measures["loss"] = Self.loss(of: relayed, sent: figures.sent[number][direction.rawValue])
                for percent in [50.0, 95.0] {
                    let added = (relayed.percentile(percent) ?? 0) - (direct.percentile(percent) ?? 0)
                    result.measures["added_us_p\(Int(percent))"] = .rounded(added)
                }
                return result
            }
        }
    }

    /// The share of packets that did not come.
    private static func loss(of arrived: Distribution, sent: Int) -> JSONValue {
        .rounded(1 - Double(arrived.count) / Double(max(1, sent)))
    }

    private func flood(folder: String) throws -> [CaseResult] {
        let stages = try stages(folder: folder, isStamping: true)
        defer { for stage in stages { stage.stop() } }
        for stage in stages { try stage.bindChannels() }
        context.progress.note("relay: single packets beside a flood")
        return try zip(RelayKind.allCases, stages).map { kind, stage in
            let figures = try FloodMeter(stage: stage, seed: context.seed).measure()
            var result = result("beside a flood of Allocate", kind)
            result.measures["flood_per_s"] = .rounded(figures.requestsPerSecond)
            result.measures["loss"] = Self.loss(of: figures.flooded, sent: figures.floodedSent)
            result.measures["quiet_loss"] = Self.loss(of: figures.quiet, sent: figures.quietSent)
            result.measures["quiet_us"] = figures.quiet.json
            result.measures["flooded_us"] = figures.flooded.json
            return result
        }
    }

    private func allocations(folder: String) throws -> [CaseResult] {
        let stages = try stages(folder: folder)
        defer { for stage in stages { stage.stop() } }
        // Each relayed address is a descriptor of the relay's.
        let counts = Self.allocations.filter { $0 + Self.otherDescriptors <= DescriptorLimit.highest }
        context.progress.note("relay: \(counts.map(Figure.grouped).joined(separator: " and ")) allocations")
        let figures = try AllocationMeter(stages: stages).measure(counts)
        return counts.indices.flatMap { index in
            RelayKind.allCases.enumerated().map { number, kind in
                let own = figures[number][index]
                var result = result("\(Figure.grouped(own.allocations)) allocations", kind)
                result.measures["resident_bytes_per_allocation"] = .rounded(own.residentBytesEach)
                result.measures["cpu_us_per_allocation"] = .rounded(own.processorMicrosecondsEach)
                if kind == .beeline {
                    let other = figures[1][index].processorMicrosecondsEach
                    result.measures["cpu_of_coturn"] = .rounded(own.processorMicrosecondsEach / other)
                    if let bytes = KernelObjects.bytesPerSocket {
                        result.measures["kernel_bytes_per_socket"] = .integer(bytes)
                    }
                }
                return result
            }
        }
    }

    private func strangers(folder: String) throws -> [CaseResult] {
        let stages = try stages(folder: folder)
        defer { for stage in stages { stage.stop() } }
        return zip(RelayKind.allCases, stages).map { kind, stage in
            let figures = StrangerMeter(stage: stage, seed: context.seed).measure()
            var result = result("\(Figure.grouped(figures.requests)) strangers", kind)
            result.measures["bytes_kept_per_request"] = .rounded(figures.bytesKeptEach)
            result.measures["bytes_back_per_byte"] = .rounded(figures.bytesBackPerByte)
            return result
        }
    }

    private func result(_ name: String, _ kind: RelayKind) -> CaseResult {
        var result = CaseResult(suite: .relay, name: name, seed: context.seed)
        if kind != .beeline { result.measures["peer"] = .string(kind.rawValue) }
        return result
    }

    static let notes = [
        "relay: rdserver and coturn, one relaying thread each unless --relay-threads says otherwise, on loopback, in alternating slices of a quarter of a second under "
            + "the same load: ChannelData from clients to peers and datagrams from peers to relayed addresses, at most 64 "
            + "packets on their way in each direction. Clients and peers have addresses of their own; each client has four "
            + "peers, and packets one by one go to another allocation or peer each time. The generator sends every datagram "
            + "by itself and takes them one by one, so that a relay pays for cutting apart what it joined; joined bursts it "
            + "hands over and takes as one message (UDP_SEGMENT, UDP_GRO), as Beeline's peers do. It never sleeps on a socket, so that no relay pays for waking it. CPU is the relay process's alone, system calls and loopback's "
            + "delivery included; the share is the median of the slices' shares.",
        "relay: one way is from the call that sends to the kernel's stamp at the receiver, at 1,000 packets a second through each "
            + "relay and without one, in turn; added is the difference of the percentiles, of the packets that came; lost are "
            + "the others. Floods are Allocate requests of 28 bytes "
            + "from 4,096 addresses in every other window of 0.4 s; quiet is between them.",
        "relay: bytes of an allocation are the process's resident memory beyond what it has with one allocation; the kernel's "
            + "objects of a relayed address (UDP socket, inode, dentry, file, epoll item) come on top of it for both. CPU of an "
            + "allocation is that of the first request, the challenge, the authentic one and the answer. Strangers send an "
            + "Allocate of 28 bytes from another address each; bytes back are those sent to them for each of theirs.",
    ]
}

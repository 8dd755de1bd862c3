import ArgumentParser
import Foundation
import ProgramSupport

/// The program: measures, prints one table, and writes the figures for other programs and for a browser.
@main
struct RDBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rdbench",
        abstract: "Measures Beeline: direct rate, round trips, time to the first frame, the codec, the handshake.",
        discussion: """
            Without any option it runs all suites but lab, vnc, relay, signaling, files and faults, in about two minutes, and prints \
            one table and a comparison of relay and peer-to-peer. The same seed draws the same simulated sessions, packet for packet.

            Suites:
              population  simulated sessions over a population of networks
              live        real processes on this machine
              codec       recorded screens
              lab         real processes in network namespaces, between all pairs
                          of ten kinds of networks with kernel NATs; needs root or
                          unprivileged user namespaces
              handshake   its cost and the records', beside libsodium and OpenSSL
              ttff        the first picture over simulated paths, beside the least
                          that it could take
              transport   bulk streams over simulated bottlenecks, under our
                          congestion control, Reno's and CUBIC's, and keys over
                          lossy paths
              vnc         real displays through rdpeer and three VNC servers:
                          bytes, processor time, frames, latency; needs their
                          Debian packages, Xvfb and xterm
              relay       what our relay and coturn take to relay the same
                          packets, what they add to their way, what an allocation
                          costs; needs coturn
              signaling   hosts that wait at our server: its memory for each;
                          meetings: how long, how many are lost; --sessions says
                          how many hosts
              files       sent by rdpeer over a link with delay and over loopback,
                          beside bare TCP
              faults      simulated sessions on bad lines, in which NATs forget,
                          addresses change, servers, relays and both programs die,
                          machines sleep, clocks leap and an attacker replays and
                          forges; nothing may be broken

            Asked for by name, ttff and transport also run processes over a link with delay, where they may build one. \
            Strategies: relay-only, plain-ice, full.

            Examples:
              rdbench --suite population --sessions 500 --seed 7
              rdbench --suite population --sensitivity
              rdbench --json results.json --html results.html
              rdbench --suite lab --pairs symmetric,port-restricted \\
                --conditions near --sessions 20
              rdbench --suite signaling --sessions 50000 \\
                --meetings-per-second 200 --seconds 300
              rdbench --suite signaling --churn --seconds 3600
              rdbench --suite faults --sessions 10000 --seed 1
              rdbench --suite relay --allocations 1000 --payloads 1200 \\
                --bursts 1,8 --sessions 20

            EXIT STATUS: 0 if everything could be measured and written and nothing was lost, 1 if not (what could be measured \
            is shown and written all the same), 64 if the command line is wrong.
            """,
        version: ProgramVersion.text)

    @Option(
        help: """
            A suite to run, or several separated by commas; repeatable. All but lab, vnc, relay, signaling, \
            files and faults without it.
            """)
    var suite: [String] = []

    @Option(
        help: ArgumentHelp(
            "How much each case runs: sessions, or what the suite has of them.",
            discussion: """
                Sessions of population, live (at most 100), lab, ttff and faults; runs of transport (its keys: at least 20) \
                and files (at most 20); rounds of handshake (3 to 1000); steps of vnc, except of first; quarters of a second \
                of relay (at most 50); waiting hosts of signaling. By default each suite decides, as codec and the \
                processes of ttff and transport always do.
                """))
    var sessions: Int?

    @Option(help: "The seed of everything that is drawn.")
    var seed: UInt64 = 2026

    @Option(help: "Strategies of the population and ttff suites, separated by commas; repeatable. All without it.")
    var strategies: [String] = []

    @Option(
        help: """
            Pairs of the lab suite: two places such as 'symmetric,port-restricted', or one for all pairs with it; \
            repeatable. All without it.
            """)
    var pairs: [String] = []

    @Option(
        help: """
            Conditions of the lab suite, separated by commas; repeatable. near (no delay), late (the host learns of the \
            viewer 60 ms late), far (20 ms a link), far-late. The first three without it.
            """)
    var conditions: [String] = []

    @Option(
        help: """
            Peers of the vnc suite, separated by commas; repeatable. beeline, and x0vncserver, Xvnc and x11vnc each \
            with -tight, -zrle or -raw. All but raw without it.
            """)
    var peers: [String] = []

    @Option(
        help: """
            Workloads of the vnc suite, separated by commas; repeatable: first, terminal, page, drag, video, typing, keys, \
            idle, capture. All without it.
            """)
    var workloads: [String] = []

    @Option(help: "Ways of the vnc suite: loopback, link (20 Mbit/s, 40 ms, 1 % loss). Both without it.")
    var links: [String] = []

    @Option(help: "Numbers of allocations of the relay suite, separated by commas. 1,10,100,1000 without it.")
    var allocations: String?

    @Option(help: "Bytes of payloads of the relay suite, separated by commas. 100,1200 without it.")
    var payloads: String?

    @Option(help: "Relaying threads of each relay in the relay suite. 1 without it.")
    var relayThreads: Int?

    @Option(help: "Packets of a burst of the relay suite, separated by commas, at most 32. 1,8,32 without it.")
    var bursts: String?

    @Option(help: "Meetings a second of the signaling suite: 200 without it, with --churn 50 sessions.")
    var meetingsPerSecond: Double?

    @Option(help: "Seconds for which the signaling suite has meetings: 10 without it, with --churn 60.")
    var seconds: Double?

    @Flag(
        help: ArgumentHelp(
            "With --suite signaling: whole sessions that come and go, instead of hosts that wait.",
            discussion: """
                Each opens a room, joins it, answers, allocates a relayed address, sends a few packets through it and ends. \
                The table shows the server's memory in the second and the last quarter, and its descriptors.
                """))
    var churn = false

    @Flag(help: "With --suite signaling: over TLS (wss) instead of plain ws.")
    var tls = false

    @Option(help: "Bytes of each file of the files suite. 20, 10 and 400 million without it.")
    var fileBytes: Int?

    @Option(
        help: """
            How many sessions of the lab suite run at one time. Only one of them (with delay, two) is on its way to its \
            first picture, so that they do not slow each other down. \(LabChoice().jobs) without it.
            """)
    var jobs: Int?

    @Flag(
        help: ArgumentHelp(
            "With --suite population: vary each assumption of the population instead.",
            discussion: """
                The population's table says at each figure who measured it, or that nobody has. Each of the latter is \
                halved and doubled alone, and the table shows how far the direct rates of plain-ice and full move, in \
                points. 1,000 sessions a case unless --sessions says otherwise, about two minutes.
                """))
    var sensitivity = false

    @Option(help: ArgumentHelp("Write the results to this file as JSON (schema rdbench/1).", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write the results to this file as one page with plots.", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp(
            "The folder with the recorded inputs; by default it is found above this program.", valueName: "folder"))
    var fixtures: String?

    @Flag(help: "Say nothing on standard error while measuring.")
    var quiet = false

    mutating func validate() throws {
        let chosen = try chosenSuites()
        _ = try chosenStrategies()
        _ = try chosenLab()
        _ = try chosenViews()
        _ = try chosenRelays()
        _ = try chosenSignaling()
        if sensitivity, chosen != [.population] {
            throw ValidationError("--sensitivity is of the population suite: say --suite population as well.")
        }
        for option in ownOptions where option.isGiven && !chosen.contains(where: option.suites.contains) {
            let suite = option.suites[0].rawValue
            throw ValidationError("\(option.name) is of the \(suite) suite: say --suite \(suite) as well.")
        }
        if sensitivity, !strategies.isEmpty {
            throw ValidationError("--sensitivity is of plain-ice and full: it goes without --strategies.")
        }
        if churn, sessions != nil, chosen == [.signaling] {
            throw ValidationError("--sessions is of hosts that wait, not of --churn.")
        }
        for path in [json, html].compactMap({ $0 }) {
            // Measuring may take hours.
            let isSandboxed = try needsSandbox && (geteuid() == 0 || chosen.contains(.lab))
            let isHidden = isSandboxed && LabSandbox.hides(path)
            if let reason = isHidden ? LabSandbox.hidden : Report.obstacle(to: path) {
                throw ValidationError("\(BenchFailure.unwritable(path, reason: reason))")
            }
        }
        guard (1...64).contains(jobs ?? 1) else { throw ValidationError("--jobs wants 1 to 64.") }
        // A host takes files of up to 1 GiB unless it is told otherwise.
        if let fileBytes, !(1...1_000_000_000).contains(fileBytes) {
            throw ValidationError("--file-bytes wants 1 to 1000000000.")
        }
        if let sessions, !(1...1_000_000).contains(sessions) {
            throw ValidationError("--sessions wants 1 to 1000000.")
        }
    }

    /// Options that some suites alone know, and which these are.
    private var ownOptions: [(name: String, isGiven: Bool, suites: [Suite])] {
        [
            ("--strategies", !strategies.isEmpty, [.population, .ttff]), ("--pairs", !pairs.isEmpty, [.lab]),
            ("--conditions", !conditions.isEmpty, [.lab]), ("--jobs", jobs != nil, [.lab]),
            ("--peers", !peers.isEmpty, [.vnc]), ("--workloads", !workloads.isEmpty, [.vnc]),
            ("--links", !links.isEmpty, [.vnc]), ("--allocations", allocations != nil, [.relay]),
            ("--payloads", payloads != nil, [.relay]), ("--bursts", bursts != nil, [.relay]),
            ("--relay-threads", relayThreads != nil, [.relay]),
            ("--meetings-per-second", meetingsPerSecond != nil, [.signaling]),
            ("--seconds", seconds != nil, [.signaling]), ("--churn", churn, [.signaling]), ("--tls", tls, [.signaling]),
            ("--file-bytes", fileBytes != nil, [.files]),
        ]
    }

    func run() throws {
        // Of a reader that has gone: what was measured is still written to files.
        signal(SIGPIPE, SIG_IGN)
        let linkProblem = try enterSandbox()
        let context = SuiteContext(
            seed: seed, sessions: sessions, isByName: isByName, strategies: try chosenStrategies(),
            lab: try chosenLab(), views: try chosenViews(), relays: try chosenRelays(),
            signaling: try chosenSignaling(), fileBytes: fileBytes,
            linkProblem: linkProblem, isSensitivityWanted: sensitivity,
            fixtures: try FixtureFolder(fixtures), progress: Progress(isQuiet: quiet))
        let report = try BenchRun(context: context, suites: try chosenSuites()).run()
        let failures = report.failures + write(report)
        print(ReportText(report).text)
        guard failures.isEmpty else { throw BenchFailure.suitesFailed(failures) }
    }

    /// Writes what files were asked for, each for itself.
    ///
    /// - Returns: why one could not be written.
    private func write(_ report: Report) -> [String] {
        [(json, report.writeJSON), (html, report.writeHTML)].compactMap { path, write in
            guard let path else { return nil }
            do {
                try write(path)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// The laboratory cannot be without its namespaces, views can.
    ///
    /// - Returns: why there are none.
    private func enterSandbox() throws -> String? {
        guard try needsSandbox else { return nil }
        do {
            try LabSandbox.enter()
            return nil
        } catch {
            if try chosenSuites().contains(.lab) { throw error }
            return "\(error)"
        }
    }

    private var needsSandbox: Bool {
        get throws {
            let suites = try chosenSuites()
            let hasProcesses =
                suites.contains(.files) || isByName && (suites.contains(.ttff) || suites.contains(.transport))
            let hasSlowLink = try hasProcesses || suites.contains(.vnc) && chosenViews().links.contains(.link)
            return suites.contains(.lab) || hasSlowLink
        }
    }

    /// Whoever names suites has time for what takes longer.
    private var isByName: Bool { !suite.isEmpty }

    private func chosenViews() throws -> ViewChoice {
        var choice = ViewChoice()
        let peers = try peers.flatMap { try ViewPeer.list($0) }
        if !peers.isEmpty { choice.peers = peers }
        let workloads = try workloads.flatMap { try ViewWorkload.list($0) }
        if !workloads.isEmpty { choice.workloads = workloads }
        let links = try links.flatMap { try BenchLink.list($0) }
        if !links.isEmpty { choice.links = links }
        return choice
    }

    private func chosenRelays() throws -> RelayChoice {
        try RelayChoice(allocations: allocations, payloads: payloads, bursts: bursts, threads: relayThreads ?? 1)
    }

    private func chosenSignaling() throws -> SignalingChoice {
        try SignalingChoice(
            meetingsPerSecond: meetingsPerSecond, seconds: seconds, isChurn: churn, isSecure: tls)
    }

    private func chosenSuites() throws -> [Suite] {
        let chosen = try suite.flatMap(Suite.list)
        return Suite.allCases.filter { (chosen.isEmpty ? Suite.byDefault : chosen).contains($0) }
    }

    private func chosenLab() throws -> LabChoice {
        var choice = LabChoice()
        if let jobs { choice.jobs = jobs }
        let chosenPairs = try pairs.flatMap(LabPair.selection)
        if !chosenPairs.isEmpty { choice.pairs = LabPair.all.filter(chosenPairs.contains) }
        let chosenConditions = try conditions.flatMap(LabCondition.list)
        if !chosenConditions.isEmpty { choice.conditions = LabCondition.allCases.filter(chosenConditions.contains) }
        return choice
    }

    private func chosenStrategies() throws -> [Strategy] {
        let chosen = try strategies.flatMap(Strategy.list)
        return Strategy.allCases.filter { chosen.isEmpty || chosen.contains($0) }
    }
}

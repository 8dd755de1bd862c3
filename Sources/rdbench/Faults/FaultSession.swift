import FileTransfer
import NetworkSimulator
import PeerSession
import SecureChannel
import SimulatedDisk
import WireFormat

/// A session to which a plan's faults happen, while the screen changes, the viewer types, both sides copy texts, and a file
/// travels each way; checked all the time against what has to be true whatever happens:
///
///  - nothing that is typed, copied or sent as a file can be read on the wire, and no key seals two records under one nonce;
///  - what comes out went in, in this session, in this order and once;
///  - nothing ends a session but the end of one of its programs;
///  - no table and no queue has more than its limit;
///  - a file that was acknowledged is on the disk, and what was there of one is not sent again;
///  - when nothing goes wrong any more, everything arrives: the viewer's picture is the host's, pixel for pixel.
package final class FaultSession {
    /// A program or its machine.
    enum Presence: Equatable {
        case up
        /// Its machine sleeps.
        case asleep(until: Instant, clockRuns: Bool)
        /// The program is gone.
        case down(until: Instant)
    }

    static let step = Interval.milliseconds(40)
    /// How long everything may take to arrive when nothing goes wrong any more.
    private static let patience = Interval.seconds(90)
    private static let goodbye = "done"
    /// The shortest sessions have so much.
    private static let leastBytes = 10_000
    private static let leastNonces = 15
    private static let farewell = Interval.seconds(5)
    /// What a host has none of while nobody comes or goes.
    private static let transient: Set<String> = ["negotiations", "leaving sessions"]

    let plan: FaultPlan
    let live: LiveSession
    let witness: FaultWitness
    let attacker: Attacker
    let files: FaultFiles
    var random: SeededRandom
    var outcome: FaultOutcome
    let start: Instant

    var presence: (host: Presence, viewer: Presence) = (.up, .up)
    var ledger = FaultLedger(number: 0)
    /// Of the sessions before, one of which the host has until it has heard of the next; of several viewers that each came
    /// after the one before was gone, the host takes one after the other.
    var formerLedgers: [FaultLedger] = []
    /// Faults that end at some time, with what ends them.
    var pending: [(at: Instant, end: () -> Void)] = []
    var attack: (kind: FaultKind, until: Instant)?
    /// How often the programs were started.
    var starts = (host: 0, viewer: 0)
    /// Which of the host's programs the viewer's session was begun with.
    var hostOfViewer = 0
    /// The viewer's session that the host has now.
    var hostsSession: Int?
    /// The host has had a session under the code that it told last.
    var isCodeUsed = false
    var seen = (host: 0, viewer: 0)
    var isViewerConnected = false
    var viewerStartedAt: Instant
    /// Until when the two could not meet: one slept, was cut off or had another time, or the host's program was gone.
    var partedUntil = Instant(nanoseconds: .min)
    var isSayingGoodbye = false

    let keepsJournal: Bool

    package init(_ plan: FaultPlan, keepsJournal: Bool = false) throws {
        self.plan = plan
        self.keepsJournal = keepsJournal
        random = SeededRandom(seed: (plan.seed, 0xFA17, 2, 0))
        outcome = FaultOutcome(seed: plan.seed, plan: plan.text)
        var configuration = SessionConfiguration()
        configuration.tcpUse.isEnabled = plan.variation == .tcp
        configuration.clipboard = ClipboardOffer(selections: [.clipboard])
        configuration.files = FilePolicy(receives: true, sends: true)
        if plan.isRelayOnly { configuration.policy = .relayOnly }
        witness = FaultWitness(markers: FaultLedger.markers)
        attacker = Attacker(seed: plan.seed)
        files = FaultFiles(toHost: plan.fileBytes.toHost, fromHost: plan.fileBytes.fromHost, random: &random)
        live = try LiveSession(
            seed: plan.seed, host: plan.host, viewer: plan.viewer, access: plan.access, configuration: configuration)
        start = live.simulator.now
        viewerStartedAt = start
        live.host.store = files.hostStore
        live.viewer.store = files.viewerStore
        let isAttacked = plan.troubles.contains { if case .attack = $0.trouble { true } else { false } }
        if keepsJournal { watchSignaling() }
        for (number, machine) in [live.hostHost, live.viewerHost].enumerated() {
            live.simulator.network.watch(machine) { [witness, attacker, weak self] bytes, passage, now in
                witness.see(bytes, passage, at: now)
                // What a sleeper was sent did not arrive: to send that later is no replay.
                guard isAttacked, let self, (number == 0 ? presence.host : presence.viewer) == .up else { return }
                attacker.see(bytes, passage, at: number + 1)
            }
        }
    }

    /// Plays the plan, lets everything come to rest, and says goodbye.
    package func play() throws -> FaultOutcome {
        var troubles = plan.troubles[...]
        while live.simulator.now < start + plan.duration {
            while let next = troubles.first, start + next.at <= live.simulator.now {
                troubles.removeFirst()
                inflict(next.trouble)
            }
            try advance()
            act()
        }
        heal()
        try rest()
        if outcome.failures.isEmpty { try part() } else { notePaths() }
        finish()
        return outcome
    }

    func fail(_ text: String) {
        let seconds = Figure.short((live.simulator.now - start).seconds)
        if outcome.failures.count < 8 { outcome.failures.append("\(text) (after \(seconds) s)") }
    }

    /// Lets some time pass, and looks at what it brought.
    private func advance() throws {
        live.run(for: Self.step)
        strike()
        let due = pending.filter { $0.at <= live.simulator.now }
        pending.removeAll { $0.at <= live.simulator.now }
        for fault in due { fault.end() }
        try wake()
        watchRecords()
        readHostEvents()
        readViewerEvents()
        check()
    }

    /// What the two people do.
    private func act() {
        if presence.host == .up, random.next() % 3 == 0 { live.draw(atMost: 24) }
        if presence.viewer == .up, random.next() % 2 == 0 { type() }
        if random.next() % 8 == 0 { copy(isHosts: random.next() % 2 == 0) }
        transfer()
    }

    @discardableResult
    private func type() -> Bool {
        // A session keeps more than that, but not everything that can be typed in minutes without a path.
        guard ledger.typed.count - ledger.received.count < 1_000 else { return false }
        let event = ledger.nextInput
        let isSent = live.actAsViewer { peer, _ in peer.send(event) }
        if isSent { ledger.noteTyped(event) }
        return isSent
    }

    private func copy(isHosts: Bool) {
        let text = ledger.nextText(isHosts: isHosts)
        if isHosts {
            // Before the viewer was heard in this session, the host has the one before.
            guard presence.host == .up, hostsSession == ledger.number else { return }
            if live.actAsHost({ $0.send(text, at: $1) }) == .sent { ledger.noteCopied(isHosts: true) }
        } else {
            guard presence.viewer == .up else { return }
            if live.actAsViewer({ $0.send(text, at: $1) }) == .sent { ledger.noteCopied(isHosts: false) }
        }
    }

    private func transfer() {
        guard presence.viewer == .up, isViewerConnected, files.isWaiting else { return }
        let files = files
        live.actAsViewer { files.begin(&$0, at: $1) }
    }

    /// Waits for everything to arrive, what is typed last included: then there is a path.
    private func rest() throws {
        let healed = live.simulator.now
        var lastSession: Int?
        while lastSession != ledger.number || !isAtRest {
            guard live.simulator.now < healed + Self.patience else { return fail("no rest: \(unrest)") }
            try advance()
            guard presence == (.up, .up) else { continue }
            if lastSession != ledger.number, type() { lastSession = ledger.number }
            if ledger.copied.host == 0 { copy(isHosts: true) }
            if ledger.copied.viewer == 0 { copy(isHosts: false) }
            transfer()
        }
        outcome.restMilliseconds = (live.simulator.now - healed).milliseconds
    }

    private var isAtRest: Bool {
        presence == (.up, .up) && hostsSession == ledger.number && ledger.isEven && files.isDone && live.isAtRest
    }

    private var unrest: String {
        "host \(presence.host) with session \(hostsSession.map(String.init) ?? "none"), viewer \(presence.viewer) in session "
            + "\(ledger.number), paths \(live.hostPair != nil) and \(live.viewerPair != nil), \(ledger.text), "
            + "files \(files.toHost) and \(files.fromHost), picture equal: \(live.isEqual), known: "
            + "\(live.viewer.peer.session.screen.isExact)"
    }

    /// The viewer leaves; the host hears of it, and keeps nothing of it.
    private func part() throws {
        isSayingGoodbye = true
        live.actAsViewer { $0.close(text: Self.goodbye, at: $1) }
        let limit = live.simulator.now + Self.farewell
        while hostsSession != nil {
            guard live.simulator.now < limit else { return fail("the host did not hear that the viewer left") }
            try advance()
        }
        // Offers whose viewers have died wait for those a little longer.
        let end = live.simulator.now + live.configuration.handshakeTimeout + Self.farewell
        while let rest = live.host.peer.footprint.first(where: { $0.count > 0 && Self.transient.contains($0.name) }) {
            guard live.simulator.now < end else { return fail("the host keeps \(rest.count) \(rest.name)") }
            live.run(for: .milliseconds(200))
        }
    }

    private func finish() {
        for fault in witness.faults { fail(fault) }
        if let fault = files.check() { fail(fault) }
        outcome.bytesOnWire = witness.byteCount
        outcome.nonces = witness.nonceCount
        // Whoever looks has seen something.
        if outcome.bytesOnWire < Self.leastBytes { fail("the witness saw \(outcome.bytesOnWire) bytes only") }
        if outcome.nonces < Self.leastNonces { fail("the witness saw \(outcome.nonces) nonces only") }
        outcome.resumptions = files.resumptions
        outcome.restarts = ledger.number
        outcome.traceHash = live.simulator.network.traceHash
        for index in outcome.journal.indices {
            let milliseconds = Figure.tenths((outcome.journal[index].at - start).milliseconds)
            outcome.journal[index].text = "\(milliseconds) ms  \(outcome.journal[index].text)"
        }
        outcome.seconds = Double(live.simulator.now.nanoseconds) / 1e9
        for kind in plan.lineFaults { outcome.faults[kind, default: 0] += 1 }
    }
}

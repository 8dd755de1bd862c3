import NetworkSimulator
import PeerSession
import WireFormat

/// How each fault begins and ends.
extension FaultSession {
    private typealias Side = FaultPlan.Side

    func inflict(_ trouble: FaultPlan.Trouble) {
        let now = live.simulator.now
        note("fault", trouble.text, at: now)
        switch trouble {
        case .attack(let kind, let lasts): attack = (kind, now + lasts)
        case .rebinding(let gateway): network(.gatewayReboot(live.gateways[gateway]))
        case .outerAddress(let side):
            let gateway = side == .host ? 0 : plan.host.side.gateways.count
            let address = 0x1700_0400 | UInt32(truncatingIfNeeded: random.next() & 0xFF)
            network(.gatewayAddressChange(live.gateways[gateway], to: .v4(address | (side == .host ? 0 : 0x100))))
        case .address(let side): moveAddresses(of: side)
        case .relayDeath:
            guard live.isServerUp else { return }
            live.simulator.update(live.serverHost) { party, _ in
                if case .server(let server) = party { server.forgetAllocations() }
            }
            network(.streamsCut(live.serverHost))
        case .serverDeath(let lasts):
            guard live.isServerUp else { return }
            live.killServer()
            after(lasts) { [live] in live.replaceServer() }
        case .sleep(let side, let lasts, let clockRuns):
            guard isUp(side) else { return }
            separate(until: now + lasts)
            fallAsleep(side, until: now + lasts, clockRuns: clockRuns)
        case .clockJump(let side, let interval):
            guard isUp(side) else { return }
            separate(until: now)
            jump(side, by: interval)
        case .outage(let side, let lasts, let isTold):
            separate(until: now + lasts)
            cutLine(of: side, isTold: isTold)
            after(lasts) { [weak self] in self?.restoreLine(of: side, isTold: isTold) }
        case .restart(let side, let lasts, let isPowerLost):
            guard isUp(side) else { return }
            if side == .host { separate(until: now + lasts) }
            stop(side, until: now + lasts, isPowerLost: isPowerLost)
        }
        if case .attack = trouble { return }
        outcome.faults[trouble.kind, default: 0] += 1
    }

    /// Nothing goes wrong any more from here on, and everybody is there.
    func heal() {
        note("fault", "none any more", at: live.simulator.now)
        attack = nil
        let unfinished = pending
        pending = []
        for fault in unfinished { fault.end() }
        let now = live.simulator.now
        partedUntil = min(partedUntil, now)
        for side in [Side.host, .viewer] {
            let link = AccessLink(delay: (side == .host ? plan.host : plan.viewer).link.up.delay)
            for line in lines(of: side) {
                live.simulator.network.schedule(.linkUp(line), at: now)
                live.simulator.network.schedule(.linkChange(line, to: link), at: now)
            }
            switch side == .host ? presence.host : presence.viewer {
            case .up: break
            case .asleep(_, let clockRuns): set(side, .asleep(until: now, clockRuns: clockRuns))
            case .down: set(side, .down(until: now))
            }
        }
    }

    /// Who has slept long enough wakes up, and programs that were gone are started.
    func wake() throws {
        let now = live.simulator.now
        if case .asleep(let until, let clockRuns) = presence.host, until <= now { awake(.host, clockRuns) }
        if case .asleep(let until, let clockRuns) = presence.viewer, until <= now { awake(.viewer, clockRuns) }
        if case .down(let until) = presence.host, until <= now { startHost() }
        if case .down(let until) = presence.viewer, until <= now { try startViewer() }
    }

    /// The attacker sends something to each machine.
    func strike() {
        guard let (kind, until) = attack else { return }
        if until <= live.simulator.now { attack = nil }
        for (number, machine) in [live.hostHost, live.viewerHost].enumerated() {
            for _ in 0..<4 {
                let strike = kind == .replay ? attacker.replay(number + 1) : attacker.attack(number + 1)
                guard let (bytes, path) = strike, number == 0 ? presence.host == .up : presence.viewer == .up else {
                    continue
                }
                live.simulator.update(machine) { $0.receive(bytes.span, on: path, at: $1) }
                outcome.faults[kind, default: 0] += 1
            }
        }
    }

    /// Whether the program that the viewer's session was begun with is gone.
    var isHostGone: Bool {
        if case .down = presence.host { true } else { starts.host > hostOfViewer }
    }

    // MARK: Parts

    private func separate(until instant: Instant) { partedUntil = max(partedUntil, instant) }

    private func after(_ interval: Interval, _ end: @escaping () -> Void) {
        pending.append((live.simulator.now + interval, end))
    }

    private func network(_ fault: Fault) { live.simulator.network.schedule(fault, at: live.simulator.now) }

    private func machine(_ side: Side) -> HostIdentifier { side == .host ? live.hostHost : live.viewerHost }

    private func isUp(_ side: Side) -> Bool { (side == .host ? presence.host : presence.viewer) == .up }

    private func set(_ side: Side, _ new: Presence) {
        if side == .host { presence.host = new } else { presence.viewer = new }
    }

    /// A machine's own lines, and those of the gateways before it.
    private func lines(of side: Side) -> [AttachmentIdentifier] {
        let count = plan.host.side.gateways.count
        let gateways = side == .host ? live.gateways[..<count] : live.gateways[count...]
        return live.simulator.network.attachments(of: machine(side))
            + gateways.map { live.simulator.network.attachment(of: $0) }
    }

    private func moveAddresses(of side: Side) {
        let step = 1 + random.next() % 16
        let moved = live.simulator.network.addresses(of: machine(side)).map { address -> IPAddress in
            switch address {
            case .v4(let value) where value >> 16 == 0xC0A8: .v4(0xC0A8_0110 + UInt32(step))
            case .v4(let value): .v4((value & 0xFFFF_0003) | 0x0800 | UInt32(step) << 2)
            case .v6(let high, let low): .v6(high: high, low: low &+ step)
            }
        }
        network(.addressChange(live.simulator.network.attachments(of: machine(side))[0], to: moved))
    }

    private func loseSignaling(of side: Side) {
        live.offline.insert(machine(side))
        guard let pipe = side == .host ? live.host.pipe : live.viewer.pipe else { return }
        network(.pipeCut(pipe))
    }

    private func cutLine(of side: Side, isTold: Bool) {
        if isTold { loseSignaling(of: side) }
        network(.linkDown(live.simulator.network.attachments(of: machine(side))[0]))
    }

    private func restoreLine(of side: Side, isTold: Bool) {
        network(.linkUp(live.simulator.network.attachments(of: machine(side))[0]))
        guard isTold else { return }
        live.offline.remove(machine(side))
        guard isUp(side) else { return }
        switch side {
        case .host: live.actAsHost { $0.networkChanged(at: $1) }
        case .viewer: live.actAsViewer { $0.networkChanged(at: $1) }
        }
    }

    private func fallAsleep(_ side: Side, until: Instant, clockRuns: Bool) {
        loseSignaling(of: side)
        live.simulator.run(until: live.simulator.now + .milliseconds(1))
        set(side, .asleep(until: until, clockRuns: clockRuns))
        let now = live.simulator.now
        if side == .host { live.host.clock.sleep(at: now) } else { live.viewer.clock.sleep(at: now) }
    }

    private func awake(_ side: Side, _ clockRuns: Bool) {
        set(side, .up)
        live.offline.remove(machine(side))
        let now = live.simulator.now
        if side == .host {
            live.host.wake(at: now, hasRunOn: clockRuns)
            live.actAsHost { $0.advance(to: $1) }
        } else {
            live.viewer.wake(at: now, hasRunOn: clockRuns)
            live.actAsViewer { $0.advance(to: $1) }
        }
    }

    private func jump(_ side: Side, by interval: Interval) {
        if side == .host {
            live.host.clock.jump(by: interval)
            live.actAsHost { $0.advance(to: $1) }
        } else {
            live.viewer.clock.jump(by: interval)
            live.actAsViewer { $0.advance(to: $1) }
        }
    }

    /// A program dies without a word. A session under a code dies with either: there is no second one.
    private func stop(_ side: Side, until: Instant, isPowerLost: Bool) {
        let isOver = plan.access == .code && !isHostGone && isCodeUsed
        let sides: [Side] = side == .host ? [.host] : isOver ? [.host, .viewer] : [.viewer]
        for side in sides where isUp(side) {
            switch side {
            case .host:
                live.killHost()
                files.hostRestarted(isPowerLost: isPowerLost)
                hostsSession = nil
            case .viewer:
                live.killViewer()
                files.viewerRestarted(isPowerLost: isPowerLost && sides.count == 1)
            }
            set(side, .down(until: until))
        }
        live.simulator.run(until: live.simulator.now + .milliseconds(1))
        for fault in [files.check()].compactMap({ $0 }) { fail(fault) }
    }

    /// The viewer's program is started another time, since it was refused.
    func comeAgain() { stop(.viewer, until: live.simulator.now + .milliseconds(500), isPowerLost: false) }

    private func startHost() {
        starts.host += 1
        seen.host = 0
        isCodeUsed = true
        presence.host = .up
        // Not the ports of before: its relays know those as somebody else's for a while.
        live.startHost(portsAfter: 40_000 + UInt16(starts.host) * 500)
        live.host.store = files.hostStore
        after(.milliseconds(Int64(random.next() % 2_000))) { [weak self] in self?.giveUpViewer() }
    }

    /// The person at the viewer sees that the host is another one now, and starts again.
    private func giveUpViewer() {
        guard isHostGone else { return }
        switch presence.viewer {
        case .down: break
        case .asleep: after(.milliseconds(100)) { [weak self] in self?.giveUpViewer() }
        case .up: stop(.viewer, until: live.simulator.now, isPowerLost: false)
        }
    }

    /// The person at the viewer waits for the code.
    private func startViewer() throws {
        guard presence.host == .up else { return }
        if plan.access == .code, isCodeUsed {
            if hostOfViewer == starts.host { stop(.host, until: live.simulator.now, isPowerLost: false) }
            return
        }
        starts.viewer += 1
        seen.viewer = 0
        isViewerConnected = false
        viewerStartedAt = live.simulator.now
        hostOfViewer = starts.host
        formerLedgers.append(ledger)
        ledger = FaultLedger(number: starts.viewer)
        hostsSession = nil
        presence.viewer = .up
        files.sessionBegan()
        try live.startViewer(port: ViewerParty.port + UInt16(starts.viewer) * 100)
        live.viewer.store = files.viewerStore
    }
}

import Foundation

/// Real displays, through rdpeer and through VNC servers of others.
struct VNCSuite {
    private static let stepsByDefault = 30

    let context: SuiteContext

    func run(in scratch: ScratchFolder) throws -> SuiteOutcome {
        for program in ["rdserver", "rdpeer"] { _ = try ProgramFolder.program(program) }
        var outcome = SuiteOutcome(context.progress)
        let peers = installedPeers(&outcome)
        for link in context.views.links where link == .loopback || context.linkProblem == nil {
            do {
                outcome.add(try measure(peers, link, folder: scratch.path))
            } catch {
                outcome.fail("vnc \(link.rawValue): \(error)")
            }
            if link == .loopback, context.views.workloads.contains(.capture) {
                outcome.add("vnc \(ViewWorkload.capture.rawValue)") {
                    let steps = context.sessions ?? Self.stepsByDefault
                    return [try SmallChangeTrial(seed: context.seed, steps: steps, folder: scratch.path).run()]
                }
            }
            context.progress.note("vnc \(link.rawValue): \(peers.count) peers")
        }
        return outcome
    }

    private func measure(_ peers: [ViewPeer], _ link: BenchLink, folder: String) throws -> SuiteOutcome {
        let network = link == .loopback ? nil : try BenchNetwork(seed: context.seed)
        defer { network?.remove() }
        var outcome = SuiteOutcome(context.progress)
        for (index, peer) in peers.enumerated() {
            context.progress.step("vnc \(link.rawValue)", index, of: peers.count)
            do {
                outcome.add(try measure(peer, link, network, folder: folder))
            } catch {
                outcome.fail("vnc \(peer.name) \(link.rawValue): \(error)")
            }
        }
        return outcome
    }

    private func measure(
        _ peer: ViewPeer, _ link: BenchLink, _ network: BenchNetwork?, folder: String
    ) throws -> SuiteOutcome {
        let stage = try ViewStage(peer, network: network, folder: folder)
        defer { stage.end() }
        let meter = ViewMeter(
            stage: stage, peer: peer, link: link, seed: context.seed,
            steps: context.sessions ?? Self.stepsByDefault)
        var outcome = SuiteOutcome(context.progress)
        for workload in context.views.workloads {
            outcome.add("vnc \(peer.name) \(workload.rawValue) \(link.rawValue)") { try meter.measure(workload) }
        }
        return outcome
    }

    /// Those whose programs are there; the others are told of before anything is measured.
    private func installedPeers(_ outcome: inout SuiteOutcome) -> [ViewPeer] {
        var missing: [String] = []
        let peers = context.views.peers.filter { peer in
            let problems = peer.missingPrograms.map { "vnc: \($0)" }
            missing += problems.filter { !missing.contains($0) }
            return problems.isEmpty
        }
        for problem in missing { outcome.fail(problem) }
        return peers
    }

    static func notes(_ context: SuiteContext) -> [String] {
        var notes = [
            "vnc: each peer serves an Xvfb of 1920x1080 (Xvnc its own display) on which the same seeded program draws; VNC is "
                + "seen by a client of ours (RFC 6143) that asks for updates without pause and reads past their contents, "
                + "Beeline by a headless rdpeer view that decodes them. Each step of a workload ends with a mark in another "
                + "colour, and the next waits until the viewer has it: Beeline's when its picture is exact, VNC's when "
                + "an update with the mark is complete. A screenful is as many pixels as the screen has, of those that steps "
                + "changed. So each program shows each step. Bytes are TCP's or UDP's payload; CPU is user and system time of "
                + "all threads of the serving program, and beside it that of the X server (Xvnc's is both): drawing, and copying "
                + "what was damaged into memory shared with the program, which Beeline, x0vncserver and x11vnc have it do alike.",
            "vnc: VNC's pictures are exact as they come: no encoding that is asked for here loses anything (Tight without JPEG, at "
                + "compression level 1). Beeline's first frame shows every part at 28 dB or better and is made exact after "
                + "that; nor need the picture be exact around the pixels of a key. Its bytes of a first frame are those until it is "
                + "exact, more than had come when the milliseconds beside them were over.",
            "vnc: capture is the time from the word that something changed to the list of changed tiles, of changes of 90x26 "
                + "pixels on a display of 3840x2160.",
            "vnc: x11vnc begins with the picture that it saw last, so that its first frame may be an older one and its bytes "
                + "another picture's.",
            "vnc: frames a second are of \(VideoDrawing.framesPerSecond) drawn in the film and 60 in the others, without waiting. "
                + "First frame counts from connecting (VNC) or from the first path (Beeline; ttff_ms counts from the viewer's "
                + "start). Key is from a key that the viewer sends to the pixels that a program on the display changed "
                + "for it: decoded and of the right colour, of Beeline; of VNC the end of the update with them. The link is "
                + "\(BenchLink.link.words) in each direction.",
        ]
        if context.views.links.contains(.link), let problem = context.linkProblem {
            notes.append("vnc: nothing was measured behind the link. \(problem)")
        }
        return notes
    }
}

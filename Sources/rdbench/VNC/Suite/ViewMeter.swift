import Foundation
import WireFormat

/// Measures the views of one peer over one way.
struct ViewMeter {
    private static let screen = Double(DisplayServer.width * DisplayServer.height)
    private static let warmUpSteps = 4
    private static let freeRunSeconds = 1.5
    private static let fastestFrames = 60.0
    private static let idleSeconds = 5.0
    private static let firstFrames = 3

    let stage: ViewStage
    let peer: ViewPeer
    let link: BenchLink
    let seed: UInt64
    /// Of each workload.
    let steps: Int

    func measure(_ workload: ViewWorkload) throws -> [CaseResult] {
        switch workload {
        case .first: return try [.page, .drag].map { try first($0) }
        case .keys: return try [false, true].map { try keys(besideFilm: $0) }
        case .idle: return [try idle()]
        case .capture: return []
        case .terminal, .page, .drag, .video, .typing:
            guard let kind = workload.drawing else { return [] }
            return [try change(kind)]
        }
    }

    private func row(_ name: String) -> CaseResult {
        var result = CaseResult(suite: .vnc, name: "\(name) \(link.rawValue)", seed: seed)
        if peer != .beeline { result.measures["peer"] = .string(peer.name) }
        return result
    }

    private func first(_ kind: DrawingKind) throws -> CaseResult {
        let drawing = try stage.draw(kind, seed: seed)
        defer { drawing.end() }
        try drawing.draw(0)
        var result = row(kind == .page ? "first-page" : "first-photo")
        var (own, whole) = (Distribution(), Distribution())
        for _ in 0..<Self.firstFrames {
            let view = try stage.view()
            defer { view.stop() }
            own.record(view.firstFrameMilliseconds)
            if let view = view as? BeelineView { whole.record(view.wholeStartMilliseconds) }
            result.measures["first_frame_bytes"] = .integer(view.bytesReceived)
        }
        result.sessions = Self.firstFrames
        result.measures["first_frame_ms"] = own.json
        if !whole.isEmpty { result.timeToFirstFrame = whole }
        return result
    }

    /// Steps that wait for the viewer: what a step costs; then some that do not: how many frames arrive.
    private func change(_ kind: DrawingKind) throws -> CaseResult {
        let view = try stage.view()
        defer { view.stop() }
        let drawing = try stage.draw(kind, seed: seed)
        defer { drawing.end() }
        var result = row(kind.rawValue)
        for number in 1...Self.warmUpSteps { try step(number, drawing, view) }
        let bytes = view.bytesReceived
        let usage = self.usage(view)
        let start = ProcessorClock.wallSeconds
        for number in 1...steps { try step(Self.warmUpSteps + number, drawing, view) }
        let seconds = ProcessorClock.wallSeconds - start
        let used = self.usage(view)
        let screens = Double(drawing.pixelsPerStep * steps) / Self.screen
        func set(_ name: String, _ value: Double) {
            result.measures["\(name)_per_step"] = .rounded(value / Double(steps))
            if kind != .typing { result.measures["\(name)_per_screenful"] = .rounded(value / screens) }
        }
        set("bytes", Double(view.bytesReceived - bytes))
        set("cpu_ms", used.server - usage.server)
        if stage.displayIdentifier != nil { set("display_cpu_ms", used.display - usage.display) }
        result.sessions = steps
        result.measures["steps_per_s"] = .rounded(Double(steps) / seconds)
        if kind != .typing { result.measures["frames_per_s"] = .rounded(try freeRun(kind, drawing, view)) }
        return result
    }

    private func step(_ number: Int, _ drawing: any Drawing, _ view: any ViewUnderTest) throws {
        let position = view.position
        try drawing.draw(number)
        try view.waitForStep(showing: MarkColour.word(number), after: position)
    }

    /// Draws as fast as a display shows, 30 frames a second for the film, and counts what the viewer saw of it.
    private func freeRun(_ kind: DrawingKind, _ drawing: any Drawing, _ view: any ViewUnderTest) throws -> Double {
        let rate = kind == .video ? Double(VideoDrawing.framesPerSecond) : Self.fastestFrames
        let position = view.position
        let start = ProcessorClock.wallSeconds
        let count = Int(Self.freeRunSeconds * rate)
        for number in 1...count {
            try drawing.draw(Self.warmUpSteps + steps + number)
            let due = start + Double(number) / rate - ProcessorClock.wallSeconds
            if due > 0 { usleep(UInt32(due * 1e6)) }
        }
        return Double(view.framesSeen(after: position)) / (ProcessorClock.wallSeconds - start)
    }

    private func usage(_ view: any ViewUnderTest) -> (server: Double, display: Double) {
        (
            ProcessUsage(of: view.serverIdentifier).processorMilliseconds,
            stage.displayIdentifier.map { ProcessUsage(of: $0).processorMilliseconds } ?? 0
        )
    }

    private func keys(besideFilm: Bool) throws -> CaseResult {
        var result = row(besideFilm ? "keys-video" : "keys")
        let drawing = try stage.draw(besideFilm ? .video : .page, seed: seed)
        defer { drawing.end() }
        try drawing.draw(0)
        let view = try stage.view()
        defer { view.stop() }
        let echo = try KeyEcho(display: stage.display.name, mark: stage.canvas.mark, place: stage.canvas.place)
        defer { echo.stop() }
        var random = SeededRandom(seed: seed)
        var latency = Distribution()
        let film = (drawing as? VideoDrawing).map { Film($0) }
        defer { film?.stop() }
        _ = try view.keyToPixel(showing: echo.nextColour)
        for _ in 0..<steps {
            // Keys come at any time between two frames.
            usleep(UInt32.random(in: 20_000..<60_000, using: &random))
            latency.record(try view.keyToPixel(showing: echo.nextColour))
        }
        result.sessions = steps
        result.measures["key_ms"] = latency.json
        return result
    }

    private func idle() throws -> CaseResult {
        var result = row("idle")
        let drawing = try stage.draw(.page, seed: seed)
        defer { drawing.end() }
        try drawing.draw(0)
        let view = try stage.view()
        defer { view.stop() }
        usleep(1_500_000)
        let before = ProcessUsage(of: view.serverIdentifier)
        let start = ProcessorClock.wallSeconds
        usleep(UInt32(Self.idleSeconds * 1e6))
        let after = ProcessUsage(of: view.serverIdentifier)
        let seconds = ProcessorClock.wallSeconds - start
        result.measures["idle_cpu"] = .rounded(
            (after.processorMilliseconds - before.processorMilliseconds) / 1_000 / seconds)
        result.measures["wake_ups_per_s"] = .rounded(Double(after.wakeUps - before.wakeUps) / seconds)
        return result
    }
}

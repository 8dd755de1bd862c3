import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// Plays a recording, into a window or into files.
final class ReplayProgram {
    private let source: RecordingSource
    private let snapshotFile: String?
    private let reporter: Reporter
    private var player = RecordingPlayer()
    private var isEndTold = false
    /// It ended before there was the picture that was asked for.
    private(set) var isPictureMissing = false

    init(_ source: RecordingSource, snapshotFile: String?, reporter: Reporter) {
        self.source = source
        self.snapshotFile = snapshotFile
        self.reporter = reporter
    }

    func tellBeginning() {
        reporter.event(
            "replay",
            [
                ("recorder", .string("\(source.writer)")), ("side", .string("\(source.about.side)")),
                ("began_ms", .unsigned(source.about.beganAtMilliseconds)),
            ])
        let what = source.about.side == .host ? "what the host sent" : "what the viewer saw"
        reporter.say("\(source.writer) recorded \(what).")
    }

    /// - Throws: `FileFault` or `RecordingFault`.
    func runHeadless(frames: FrameFolder?) throws {
        do {
            while let (moment, event) = try source.next() {
                try frames?.advance(to: moment, &player)
                player.play(event, after: moment)
            }
        } catch {
            // What came before is genuine, and may be all that there is.
            try conclude(frames)
            throw error
        }
        try conclude(frames)
    }

    private func conclude(_ frames: FrameFolder?) throws {
        try frames?.finish(&player)
        try tellEnd(frameCount: frames?.writtenCount)
    }

    /// - Throws: `DisplayFailure`, `FileFault` or `RecordingFault`.
    func runInWindow(_ window: ReplayWindow) throws {
        do {
            try play(in: window)
        } catch {
            // What came before is genuine, and may be all that there is.
            try tellEnd()
            throw error
        }
        try tellEnd()
    }

    private func play(in window: ReplayWindow) throws {
        var next = try source.next()
        while !window.isClosed {
            try window.takeInput()
            window.advance()
            while let (moment, event) = next, isDue(event, at: moment, in: window) {
                player.play(event, after: moment)
                if case .cursor(let shape) = event { try window.view.setCursor(shape) }
                next = try source.next()
            }
            try present(in: window)
            if next == nil { try tellEnd() }
            window.showTitle(isAtEnd: next == nil)
            try window.takeInput()
            // A window that was resized while it was painted is painted again first.
            let isPaintingDue = window.view.hasNews && player.decoder.width > 0
            if !window.isClosed, !isPaintingDue { window.wait(until: next?.after) }
        }
    }

    /// Nobody watches how a host waits for its viewer.
    private func isDue(_ event: RecordedEvent, at moment: Interval, in window: ReplayWindow) -> Bool {
        if event == .sessionBegan, !window.isPaused { window.skip(to: moment) }
        return moment <= window.position
    }

    private func present(in window: ReplayWindow) throws(DisplayFailure) {
        player.takeDamage { window.view.note($0) }
        if window.view.hasNews { try window.view.present(player.decoder) }
    }

    /// Once.
    private func tellEnd(frameCount: Int? = nil) throws {
        guard !isEndTold else { return }
        isEndTold = true
        let decoder = player.decoder
        if let snapshotFile, decoder.width > 0 {
            try PictureFile.write(
                decoder.pixels, width: decoder.width, height: decoder.height, to: snapshotFile,
                isPrivate: true)
        }
        isPictureMissing = snapshotFile != nil && decoder.width == 0
        reporter.event(
            "replayed",
            [
                ("duration_ms", .number(player.position.milliseconds)),
                ("sessions", .integer(Int64(player.sessionCount))),
                ("screen_datagrams", .unsigned(player.datagramCount)),
                ("datagrams_missing", .unsigned(player.missingCount)),
                ("width", .integer(Int64(decoder.width))), ("height", .integer(Int64(decoder.height))),
                ("exact", .boolean(player.isExact)), ("whole", .boolean(!source.isCutOff)),
            ] + (frameCount.map { [("frames", .integer(Int64($0)))] } ?? []))
        tellPeople()
    }

    private func tellPeople() {
        let seconds = SessionSummary.text(player.position.seconds)
        let sessions = player.sessionCount == 1 ? "one session" : "\(player.sessionCount) sessions"
        reporter.say("\(seconds) s, \(sessions), \(player.datagramCount) screen datagrams.")
        if source.isCutOff {
            reporter.warn("The recording was cut off: this is all of it up to its last whole block.")
        }
        if isPictureMissing, let snapshotFile {
            reporter.warn("There is no picture in it: \(snapshotFile) was not written.")
        }
        if player.missingCount > 0 {
            reporter.warn("\(player.missingCount) datagrams could not be recorded: the picture may have gaps.")
        }
    }
}

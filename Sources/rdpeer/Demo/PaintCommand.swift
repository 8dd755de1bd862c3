import ArgumentParser
import Glibc
import ScreenCodec
import WireFormat
import X11Desktop

/// Draws something alive over a whole display, and holds it still on SIGUSR1: what the demonstration looks at.
struct PaintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "paint", shouldDisplay: false)

    @Option var display: String
    @Option var seed: UInt64 = 1

    private static let framesPerSecond = 30

    func run() throws {
        TerminationSignals.block()
        let reporter = Reporter(isJSON: true, isVerbose: false)
        try LocalFaults.reported(by: reporter) {
            try paint(reporter)
            return .success
        }
    }

    private func paint(_ reporter: Reporter) throws(DisplayFailure) {
        let connection = try DisplayConnection(name: display)
        guard let area = try connection.monitors().first?.area else { return }
        let window = try ViewerWindow(
            connection: connection, title: "rdpeer paint", width: area.width, height: area.height)
        try window.setFullScreen(true)
        var picture = TestPicture(width: area.width, height: area.height, seed: seed)
        var pixels = [UInt32](repeating: 0, count: area.width * area.height)
        reporter.event("painting")
        var isFrozen = false
        while true {
            let number = wait(isFrozen: isFrozen)
            if number == SIGUSR1 {
                isFrozen = true
                // An answer comes after all that was asked before: the picture is there now.
                _ = try connection.monitors()
                reporter.event("frozen", [("frame", .integer(Int64(picture.frameNumber)))])
            } else if number > 0 {
                return
            }
            try connection.processPendingEvents()
            _ = window.takeEvents()
            if !isFrozen { try draw(&picture, &pixels, window) }
        }
    }

    private func draw(
        _ picture: inout TestPicture, _ pixels: inout [UInt32], _ window: ViewerWindow
    ) throws(DisplayFailure) {
        var damage: [X11Desktop.Rectangle] = []
        var span = pixels.mutableSpan
        picture.drawNext(into: &span) { part in
            damage.append(X11Desktop.Rectangle(x: part.x, y: part.y, width: part.width, height: part.height))
        }
        try window.present(pixels.span, width: picture.width, height: picture.height, damage: damage)
    }

    /// Waits for a signal, or for the time of the next frame.
    ///
    /// - Returns: the signal's number, or less than 1 for none.
    private func wait(isFrozen: Bool) -> Int32 {
        var set = TerminationSignals.signalSet()
        var time = timespec(tv_sec: isFrozen ? 1 : 0, tv_nsec: isFrozen ? 0 : 1_000_000_000 / Self.framesPerSecond)
        return sigtimedwait(&set, nil, &time)
    }
}

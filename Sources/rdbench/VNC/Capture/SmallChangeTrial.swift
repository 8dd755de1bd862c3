import Foundation
import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// Small changes on a large display: how long it takes to capture one and to find what is different.
struct SmallChangeTrial {
    private static let width = 3_840
    private static let height = 2_160
    private static let change = (width: 90, height: 26)
    private static let patience = 10.0

    let seed: UInt64
    let steps: Int
    let folder: String

    func run() throws -> CaseResult {
        let server = try DisplayServer(width: Self.width, height: Self.height, folder: folder)
        defer { server.stop() }
        let canvas = try Canvas(display: server.name)
        defer { canvas.close() }
        let connection = try DisplayConnection(name: server.name)
        let capture = try ScreenCapture(connection: connection)
        var sender = ScreenSender(width: capture.width, height: capture.height)
        var random = SeededRandom(seed: seed)
        var durations = Distribution()
        try take(capture, &sender)
        for step in 0..<max(steps, 100) {
            canvas.fill(
                canvas.root, x: Int.random(in: 0..<Self.width - Self.change.width, using: &random),
                y: Int.random(in: 0..<Self.height - Self.change.height, using: &random), width: Self.change.width,
                height: Self.change.height, colour: UInt32.random(in: 0...0xFF_FFFF, using: &random))
            canvas.finish(step)
            try waitForDamage(capture)
            let start = ProcessorClock.wallSeconds
            try take(capture, &sender)
            durations.record((ProcessorClock.wallSeconds - start) * 1_000)
        }
        var result = CaseResult(suite: .vnc, name: "small-change-3840x2160", seed: seed)
        result.sessions = durations.count
        result.measures["capture_ms"] = durations.json
        return result
    }

    private func take(_ capture: ScreenCapture, _ sender: inout ScreenSender) throws {
        let damage = try capture.captureDamage()
        capture.withPixels { pixels, stride in
            for part in damage {
                let part = ScreenCodec.Rectangle(x: part.x, y: part.y, width: part.width, height: part.height)
                sender.update(pixels: pixels, stride: stride, damage: part)
            }
        }
    }

    private func waitForDamage(_ capture: ScreenCapture) throws {
        let limit = ProcessorClock.wallSeconds + Self.patience
        while ProcessorClock.wallSeconds < limit {
            try capture.connection.processPendingEvents()
            if capture.hasDamage { return }
            var entry = pollfd(fd: capture.connection.fileDescriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, 100)
        }
        throw BenchFailure.noView("no damage was reported")
    }
}

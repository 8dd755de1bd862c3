import Glibc
import NetworkIO
import PeerSession
import WireFormat
import X11Desktop

/// A window that plays a recording: the clock that stands still in a pause, and the keys.
final class ReplayWindow {
    let view: WindowView
    private let speed: Double
    /// The position in the recording when the clock was last read, and that moment; no moment while it stands still.
    private(set) var position = Interval.zero
    private var readAt: Instant?
    private(set) var isClosed = false

    private enum Key {
        static let space: UInt32 = 0x20
        static let escape: UInt32 = 0xFF1B
        static let quit: [UInt32] = [0x71, 0x51, escape]
    }

    /// - Throws: `DisplayFailure`.
    init(displayName: String?, speed: Double) throws {
        view = try WindowView(WindowOptions(displayName: displayName), title: "rdpeer replay")
        self.speed = speed
        readAt = BootClock.now
    }

    var isPaused: Bool { readAt == nil }

    /// Brings `position` to where the recording is to be played by now.
    func advance() {
        guard let last = readAt else { return }
        let now = BootClock.now
        position = position + .nanoseconds(Int64(Double((now - last).nanoseconds) * speed))
        readAt = now
    }

    /// Leaves out what is before a later position.
    func skip(to position: Interval) { self.position = max(self.position, position) }

    /// Takes what the user did.
    func takeInput() throws(DisplayFailure) {
        for case .key(let keysym, true) in try view.takeInput() {
            if keysym == Key.space { pauseOrGoOn() }
            if Key.quit.contains(keysym) { isClosed = true }
        }
        if view.isClosed { isClosed = true }
    }

    private func pauseOrGoOn() {
        advance()
        readAt = isPaused ? BootClock.now : nil
    }

    /// Waits for the user, or until the recording is due at a position; nil waits for the user alone.
    func wait(until next: Interval?) {
        var milliseconds: Int32 = -1
        if let next, !isPaused {
            advance()
            let nanoseconds = max(0, Double((next - position).nanoseconds) / speed)
            // What comes within a few milliseconds is shown together.
            milliseconds = Int32(clamping: max(8, Int64(nanoseconds / 1_000_000) + 1))
        }
        var descriptor = pollfd(fd: view.fileDescriptor, events: Int16(POLLIN), revents: 0)
        poll(&descriptor, 1, milliseconds)
    }

    func showTitle(isAtEnd: Bool) {
        let seconds = Int(position.seconds)
        let minutes = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
        view.setTitle("rdpeer replay: \(minutes)\(isAtEnd ? ", the end" : isPaused ? ", paused" : "")")
    }
}

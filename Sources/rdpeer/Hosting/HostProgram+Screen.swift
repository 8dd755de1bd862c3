import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// The screen and its pointer, captured when something changed, somebody looks and the path can take it.
extension HostProgram {
    /// - Returns: whether something was captured.
    func shareScreen() throws(DisplayFailure) -> Bool {
        guard driver.peer.isScreenWanted, ending == nil else {
            driver[.capture] = nil
            return false
        }
        let hasCursor = try shareCursor()
        let now = driver.now
        guard desktop.hasChange(at: now) else {
            driver[.capture] = desktop.nextChange
            return hasCursor
        }
        let due = pace.next(isBusy: driver.peer.isScreenBusy, at: now)
        guard due <= now else {
            driver[.capture] = due
            return hasCursor
        }
        let damage = try desktop.capture(at: now)
        update(damage)
        pace.captured(at: now, cost: driver.now - now)
        driver[.capture] = desktop.nextChange
        return true
    }

    private func update(_ damage: [ScreenCodec.Rectangle]) {
        let size = (width: desktop.width, height: desktop.height)
        desktop.withPixels { pixels, stride in
            driver.peer.updateScreen { sender in
                if sender.width != size.width || sender.height != size.height {
                    sender.resize(width: size.width, height: size.height)
                }
                sender.update(pixels: pixels, stride: stride, damage: damage)
            }
        }
    }

    private func shareCursor() throws(DisplayFailure) -> Bool {
        guard meter != nil, let shape = try desktop.takeCursor() else { return false }
        driver.peer.send(shape)
        record(.cursor(shape))
        return true
    }
}

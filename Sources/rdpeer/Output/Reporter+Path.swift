import ICE
import Rendezvous

/// What becomes of a session's path and of the connection to the server, the same on both sides.
extension Reporter {
    /// - Parameter isNews: people want to hear of it, too.
    func pathMoved(_ meter: SessionMeter, isNews: Bool) {
        event("path", meter.pathFields)
        if isNews, let name = meter.pathName, let pair = meter.pair { say("The path is \(name) now: \(pair.remote).") }
    }

    func pathLost() {
        event("path_lost")
        warn("The path is lost; looking for another ...")
    }

    /// - Parameter other: the side that is not heard.
    func silence(of other: String) {
        event("silence")
        warn("Nothing is heard from the \(other); the path may be lost.")
    }

    func signalingLost() {
        event("signaling_lost")
        warn("The connection to the server is lost; the session goes on, and the server is looked for.")
    }

    func signalingRestored() {
        event("signaling_restored")
        warn("The connection to the server is back.")
    }

    /// The server has sent this side away in the middle of a session.
    func signalingEnded(_ reason: Reason) {
        event("signaling_ended", [("reason", .string(reason.name))])
        warn("The server has sent this side away (\(reason.words)). The session goes on without it.")
    }
}

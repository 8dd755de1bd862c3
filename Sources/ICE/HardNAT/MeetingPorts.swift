/// The ports that the sockets of one side aim at, where both sides' next ports are predicted.
///
/// The k-th socket of each side aims at the k-th port after the other's last one: each pair then fits, as long as nobody
/// else behind either NAT takes a port meanwhile. If others have taken some, e here and f there, socket n of the one side
/// leaves from port e + n and must be met by socket m = n - f of the other, aiming at e + n: m + (e + f). So
/// the controlled side runs ahead by one more port with every fourth socket, and some four of its 64 sockets have the right
/// lead, whatever e + f up to 12 is.
package struct MeetingPorts: Sendable {
    /// The last port that the other side's NAT gave out, and by how much the next differs.
    private let last: UInt16
    private let step: UInt16
    private let isRunningAhead: Bool

    package init(last: UInt16, step: UInt16, role: Agent.Role) {
        self.last = last
        self.step = step
        isRunningAhead = role == .controlled
    }

    private static let socketsPerLead = 4

    /// The port for a socket; nil if there is none such.
    package func port(ofSocket index: Int) -> UInt16? {
        let steps = 1 + index + (isRunningAhead ? index / Self.socketsPerLead : 0)
        let port = last &+ UInt16(truncatingIfNeeded: steps) &* step
        return port >= ProbePorts.reserved ? port : nil
    }
}

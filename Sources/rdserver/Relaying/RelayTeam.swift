import NetworkIO
import Synchronization
import TURN
import WireFormat

/// The loops of a relay, as they know each other: they count allocations together, and hand over what reached the wrong
/// one.
///
/// The kernel chooses a loop by the addresses of a datagram, so a client stays with one until its address changes. Then
/// its mobility ticket tells whose it is (RFC 8016), the first datagram is handed over, and if the owner has an
/// allocation for the new address from then on, the finder hands over all that comes from there.
final class RelayTeam: TeamLedger {
    private let counts = Mutex(TURN.Server.AllocationCounts())
    private let ports = OpenPorts()
    private let mailboxes = Mutex<[Mailbox<DatagramLoop<RelayMachine>>]>([])
    private let handovers: [Handovers]

    init(count: Int) { handovers = (0..<count).map { _ in Handovers() } }

    /// Before any of them runs.
    func join(_ loop: DatagramLoop<RelayMachine>) { mailboxes.withLock { $0.append(loop.mailbox) } }

    func count(_ change: (inout TURN.Server.AllocationCounts) -> Void) { counts.withLock { change(&$0) } }

    func note(_ relayed: TransportAddress, isOpen: Bool) { ports.note(relayed, isOpen: isOpen) }

    func isOpen(_ relayed: TransportAddress) -> Bool { ports.isOpen(relayed) }

    /// Called by the finder, on its thread.
    func handOver(_ datagram: Handovers.Datagram, to owner: Int) {
        guard handovers.indices.contains(owner), handovers[owner].add(datagram) else { return }
        let isTold = post(to: owner) { [self] loop in
            for datagram in handovers[owner].takeAll() { take(datagram, owner, loop) }
        }
        // They are lost, as in any full queue; the next one tells the owner again.
        if !isTold { _ = handovers[owner].takeAll() }
    }

    /// On the owner's thread.
    private func take(_ datagram: Handovers.Datagram, _ owner: Int, _ loop: DatagramLoop<RelayMachine>) {
        loop.inject(datagram.bytes.span, on: datagram.path, ecn: datagram.ecn)
        let (path, finder) = (datagram.path, datagram.finder)
        let isOurs = loop.machine.server.hasAllocation(of: path)
        guard loop.machine.strays.setFinder(isOurs ? finder : nil, of: path) else { return }
        post(to: finder) { $0.machine.strays.setOwner(isOurs ? owner : nil, of: path) }
    }

    /// An allocation's client has left this path: whoever found its datagrams need not hand over any more.
    func forget(_ path: Path, in loop: DatagramLoop<RelayMachine>) {
        guard let finder = loop.machine.strays.finder(of: path) else { return }
        _ = loop.machine.strays.setFinder(nil, of: path)
        post(to: finder) { $0.machine.strays.setOwner(nil, of: path) }
    }

    @discardableResult
    private func post(to index: Int, _ task: @escaping Mailbox<DatagramLoop<RelayMachine>>.Task) -> Bool {
        let mailbox = mailboxes.withLock { $0.indices.contains(index) ? $0[index] : nil }
        return mailbox?.post(task) ?? false
    }
}

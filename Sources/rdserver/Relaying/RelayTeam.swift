import NetworkIO
import Synchronization
import TURN
import WireFormat

/// The loops of a relay, as they know each other: they count allocations together, and hand over what reached the wrong
/// one.
///
/// The kernel chooses a loop by the addresses of a datagram, so a client stays with one until its address changes. Then
/// its mobility ticket tells whose it is (RFC 8016), and the finder hands over what comes from there until the owner says
/// that it has no allocation for the new address.
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
        loop.machine.isHandedOver = true
        loop.inject(datagram.bytes.span, on: datagram.path, ecn: datagram.ecn)
        loop.machine.isHandedOver = false
        let (path, finder) = (datagram.path, datagram.finder)
        let isOurs = loop.machine.server.hasAllocation(of: path)
        let isNews = loop.machine.strays.setFinder(isOurs ? finder : nil, of: path)
        guard isNews || !isOurs else { return }
        let supposition = datagram.supposition
        post(to: finder) { finder in
            finder.machine.strays.setOwner(isOurs ? owner : nil, of: path)
            if !isOurs, let supposition { finder.machine.strays.withdraw(supposition, of: path) }
        }
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

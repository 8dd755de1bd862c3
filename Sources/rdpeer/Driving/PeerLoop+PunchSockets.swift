import NetworkIO
import PeerSession
import ProgramSupport
import WireFormat

/// The many sockets that get a session through a NAT whose ports nobody knows.
extension PeerLoop {
    /// Descriptors left for everything else.
    private static var reservedDescriptors: Int { 128 }

    /// Opens up to so many sockets, one port after the other where they are free: a NAT that keeps ports then gives
    /// out ports that can be predicted.
    func openPunchSockets(_ count: Int, at ip: IPAddress, sockets: Int) {
        let openAlready = punchSockets.values.reduce(0) { $0 + $1.count }
        let room = DescriptorLimit.current - Self.reservedDescriptors - openAlready
        var opened: [TransportAddress] = []
        var next: UInt16 = 0
        while opened.count < min(count, room) {
            guard let address = bindNear(next, at: ip) else { break }
            opened.append(address)
            next = address.port == .max ? 0 : address.port + 1
        }
        punchSockets[sockets, default: []] += opened
        loop.machine.peer.addPunchSockets(opened, sockets: sockets, at: now)
    }

    private func bindNear(_ port: UInt16, at ip: IPAddress) -> TransportAddress? {
        (try? loop.bind(TransportAddress(ip: ip, port: port))) ?? (try? loop.bind(TransportAddress(ip: ip, port: 0)))
    }

    /// Closes those that came to nothing.
    func closePunchSockets(_ addresses: [TransportAddress], of sockets: Int) {
        let released = Set(addresses)
        punchSockets[sockets]?.removeAll(where: released.contains)
        for address in addresses { loop.close(address) }
    }

    /// Closes those of a session that is over.
    func closePunchSockets(of sockets: Int) {
        for address in punchSockets.removeValue(forKey: sockets) ?? [] { loop.close(address) }
    }
}

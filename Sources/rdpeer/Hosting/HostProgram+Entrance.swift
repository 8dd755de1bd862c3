import NetworkIO
import PeerSession
import WireFormat

/// Sockets for viewers that come without a server.
extension HostProgram {
    /// Opens them, all with one port.
    func openEntrance(_ listen: ListenAddress) throws {
        var port = listen.port
        for ip in try entranceAddresses(listen) {
            guard let address = driver.bind([ip], port: port).first else { continue }
            port = address.port
            take(address)
        }
        guard !entrance.isEmpty else {
            throw FileFault(
                "no socket could be opened at \(listen.ip.map { "\($0), " } ?? "")UDP port \(listen.port): "
                    + "another program may have it, or this machine has no such address")
        }
        announce()
    }

    /// Follows the machine's addresses, unless one was named.
    ///
    /// - Returns: how many sockets were opened and closed.
    func followEntrance() -> (added: Int, removed: Int) {
        guard let listen = settings.listen, listen.ip == nil, let port = entrance.first?.port ?? settings.listen?.port,
            let present = try? entranceAddresses(listen)
        else { return (0, 0) }
        let change = SocketChange(bound: entrance, present: present)
        let added = driver.bind(change.missing, port: port)
        for address in added { take(address) }
        for address in change.gone {
            entrance.removeAll { $0 == address }
            driver.loop.close(address)
            driver.peer.removeSocket(address, at: driver.now)
        }
        return (added.count, change.gone.count)
    }

    private func entranceAddresses(_ listen: ListenAddress) throws(SystemFailure) -> [IPAddress] {
        if let ip = listen.ip { return [ip] }
        return try settings.interfaces.addresses(isOtherEndLocal: true)
    }

    private func take(_ address: TransportAddress) {
        entrance.append(address)
        driver.peer.listen(at: address, at: driver.now)
    }

    private func announce() {
        let key = settings.keys.publicKey
        reporter.event(
            "listening",
            [("host_id", .string("\(key)")), ("addresses", .array(entrance.map { .string("\($0)") }))])
        let named = entrance.first { !$0.ip.isLoopback && !$0.ip.isLinkLocal } ?? entrance[0]
        let place = PathHost(address: named).description
        reporter.say(
            """
            Viewers whose keys are authorised reach this machine at \(place), with no server between. They run:
                rdpeer view \(key)@\(place)
            """)
    }
}

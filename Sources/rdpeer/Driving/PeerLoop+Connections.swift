import ICE
import NetworkIO
import PeerSession
import WireFormat

/// Connections straight to the other peer, where UDP brings no direct path.
extension PeerLoop {
    /// Opens a TCP port beside each UDP socket; those that cannot be opened are left out.
    func openListeners(at addresses: [TransportAddress], sockets: Int) {
        for address in addresses {
            let other = TransportAddress(ip: address.ip, port: 0)
            guard let local = (try? loop.listenForPackets(on: address)) ?? (try? loop.listenForPackets(on: other))
            else { continue }
            loop.machine.listeners[local] = sockets
            peer.listenerOpened(local, sockets: sockets, at: now)
        }
    }

    /// Connects to the other peer, or to a server that tells what our address looks like from there.
    func openConnection(over path: Path, to target: Agent.ConnectionTarget) {
        let framing = target == .server ? RelayStream.framing : nil
        loop.connectStream(over: path, framing: framing) { loop, result in
            switch result {
            case .success: loop.machine.peer.connectionOpened(path, at: loop.now)
            case .failure: loop.machine.peer.connectionClosed(path, at: loop.now)
            }
        }
    }

    /// Closes what belongs to a session that is over.
    func closeListeners(sockets: Int) { closeListeners { _, owner in owner == sockets } }

    /// Closes what is bound to an address that is gone.
    func closeListeners(at ip: IPAddress) { closeListeners { local, _ in local.ip == ip } }

    private func closeListeners(where condition: (TransportAddress, Int) -> Bool) {
        for (local, owner) in loop.machine.listeners where condition(local, owner) {
            loop.machine.listeners[local] = nil
            loop.closeStreamListener(local)
            loop.closeStreams(at: local)
        }
    }
}

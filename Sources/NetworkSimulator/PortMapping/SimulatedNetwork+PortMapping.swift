import WireFormat

extension SimulatedNetwork {
    /// A packet from inside to the gateway's own address: answered in place if it is a port-mapping request.
    mutating func answerPortMappingRequest(_ slot: Int, at gateway: Int) -> Int? {
        let packet = pool[slot]
        guard gateways[gateway].rules.mapsPorts, packet.transport == .udp,
            packet.destination.port == PortMappingServer.port
        else { return drop(slot, .noRoute) }
        var request: [UInt8] = []
        pool.withBytes(of: slot) { request = $0.copied() }
        guard
            let answer = PortMappingServer.answer(
                request, from: packet.source, gateway: &gateways[gateway], at: now.nanoseconds)
        else { return drop(slot, .noRoute) }
        pool.write(into: slot) { $0.append(contentsOf: answer.span) }
        pool[slot].source = packet.destination
        pool[slot].destination = packet.source
        return deliverInside(slot, gateway)
    }
}

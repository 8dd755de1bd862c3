import WireFormat

extension RendezvousClient {
    /// Gives up the room and asks for another one: the old number is worthless to whoever still has it. Running
    /// sessions go on.
    ///
    /// - Parameter reason: what later visitors of the old room are told.
    public mutating func renewRoom(_ reason: Reason, at now: Instant) throws(SignalingFailure) {
        guard case .hostRoom = purpose, finishing == nil else { throw .unexpected }
        if isOpen, !hasClosedRoom { try enqueue(.closeRoom(reason)) }
        hasClosedRoom = false
        room = drawRoom()
        token = []
        if isOpen { request(at: now) }
    }
}

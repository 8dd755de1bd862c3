extension RendezvousClient {
    /// What the client wants from the server.
    public enum Purpose: Equatable, Sendable {
        /// Wait in a numbered room: the wanted one, or any.
        case hostRoom(RoomNumber?)
        /// Wait under a public key, to be proved.
        case hostIdentity(HostIdentifier)
        /// Go to a host with an offer.
        case join(Venue, offer: [UInt8])
    }
}

import Rendezvous
import SecureChannel

extension Venue {
    /// Where a host that is known in this way waits.
    init?(_ host: HostCredential) {
        switch host {
        case .code(let code):
            guard let room = RoomNumber(code.room) else { return nil }
            self = .room(room)
        case .publicKey(let key):
            guard let identifier = HostIdentifier(key.bytes) else { return nil }
            self = .host(identifier)
        }
    }
}

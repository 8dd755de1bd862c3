import STUN
import WireFormat

extension Client {
    /// What the owner learns.
    public enum Event: Hashable, Sendable {
        /// The server relays at `relayed`; it sees us at `mapped`, which is a server-reflexive candidate.
        case allocated(relayed: TransportAddress, mapped: TransportAddress)
        /// The server relays IPv6 as well, at this address (`Configuration.wantsBothFamilies`).
        case allocatedAlso(relayed: TransportAddress)
        /// The server has no IPv6 companion for us, and says why (ADDRESS-ERROR-CODE).
        case additionalFamilyRefused(ErrorCode)
        /// The next higher port waits for whoever allocates with this token.
        case reserved(UInt64)
        /// The allocation is ours at the new local address.
        case moved
        /// Datagrams to and from this address pass.
        case permissionInstalled(IPAddress)
        /// The server refused a permission, or did not answer (nil).
        case permissionRefused(IPAddress, ErrorCode?)
        /// Payloads to and from this peer travel with four bytes of header from now on.
        case channelBound(TransportAddress)
        /// The server refused a channel, or did not answer (nil); indications still work.
        case channelRefused(TransportAddress, ErrorCode?)
        /// There is no allocation, or not any more.
        case failed(EndReason)
        /// The allocation was given back, as the owner asked.
        case deallocated
    }

    /// Why there is no allocation.
    public enum EndReason: Hashable, Sendable {
        /// The server did not answer.
        case timeout
        /// The server knows no such user, or the password is wrong or expired.
        case wrongCredentials
        /// The server refused: 437, 441, 486, 508 and the like.
        case refused(ErrorCode)
        /// The server sends us on to another one which this client cannot reach by itself (over a stream), or
        /// redirections went in circles.
        case redirected(TransportAddress)
        /// The answer makes no sense.
        case badAnswer
        /// The owner reported that the connection to the server broke.
        case connectionLost
    }
}

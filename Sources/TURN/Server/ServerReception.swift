import STUN
import WireFormat

extension Server {
    /// What became of a datagram.
    public enum Reception: Sendable {
        /// A request; `pollTransmit` may have an answer.
        case consumed
        /// Send the payload on.
        case forward(Forward)
    }

    /// Why a datagram was dropped. Each is counted; none changes what the server keeps.
    public enum Failure: Error, Hashable, Sendable {
        case malformed(MessageFailure)
        /// Neither STUN nor ChannelData, or a message that a server does not get.
        case unexpected
        /// From a client without an allocation, or for a relay port without one.
        case noAllocation
        /// Between a client and a peer without a permission, or on a channel that is not bound.
        case notPermitted
        /// With what comes in front of it, it has no room in the packet.
        case tooLong
        /// More answers wait than are kept.
        case overloaded
        /// The source, or the allocation, asks more often than it may.
        case tooOften
    }

    /// Counters since the start.
    public struct Statistics: Hashable, Sendable {
        public var bindings: UInt64 = 0
        /// 401 and 438 answers.
        public var challenges: UInt64 = 0
        /// Other error answers.
        public var refusals: UInt64 = 0
        /// CreatePermission and ChannelBind requests refused for the peer's address.
        public var refusedPeers: UInt64 = 0
        /// Answers withheld because they would have been longer than the unauthenticated request.
        public var withheldAnswers: UInt64 = 0
        public var forwarded: UInt64 = 0
        public var malformed: UInt64 = 0
        public var unexpected: UInt64 = 0
        public var withoutAllocation: UInt64 = 0
        public var notPermitted: UInt64 = 0
        public var tooLong: UInt64 = 0
        public var overloaded: UInt64 = 0
        public var tooOften: UInt64 = 0
        public var allocationsCreated: UInt64 = 0
        public var allocationsEnded: UInt64 = 0
        public var allocationsMoved: UInt64 = 0

        /// Counts another's in.
        public mutating func add(_ other: Statistics) {
            bindings &+= other.bindings
            challenges &+= other.challenges
            refusals &+= other.refusals
            refusedPeers &+= other.refusedPeers
            withheldAnswers &+= other.withheldAnswers
            forwarded &+= other.forwarded
            malformed &+= other.malformed
            unexpected &+= other.unexpected
            withoutAllocation &+= other.withoutAllocation
            notPermitted &+= other.notPermitted
            tooLong &+= other.tooLong
            overloaded &+= other.overloaded
            tooOften &+= other.tooOften
            allocationsCreated &+= other.allocationsCreated
            allocationsEnded &+= other.allocationsEnded
            allocationsMoved &+= other.allocationsMoved
        }

        mutating func count(_ failure: Failure) {
            switch failure {
            case .malformed: malformed &+= 1
            case .unexpected: unexpected &+= 1
            case .noAllocation: withoutAllocation &+= 1
            case .notPermitted: notPermitted &+= 1
            case .tooLong: tooLong &+= 1
            case .overloaded: overloaded &+= 1
            case .tooOften: tooOften &+= 1
            }
        }
    }
}

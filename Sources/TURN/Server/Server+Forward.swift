import STUN
import WireFormat

extension Server {
    /// Takes a datagram, or a stream's frame, from a client or a peer.
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Reception {
        do throws(Failure) {
            if path.transport == .udp, configuration.relayPorts.contains(path.local.port) {
                return .forward(try receiveFromPeer(datagram, on: path, at: now))
            }
            switch DatagramKind(datagram) {
            case .channelData: return .forward(try receiveChannelData(datagram, on: path, at: now))
            case .stun: return try receiveMessage(datagram, on: path, at: now)
            case .record, .other: throw Failure.unexpected
            }
        } catch {
            statistics.count(error)
            throw error
        }
    }

    /// Whether a datagram is a payload to be sent on, for `forward`: from a peer, on a channel, or in a Send indication.
    public func isPayload(_ datagram: Span<UInt8>, on path: Path) -> Bool {
        if path.transport == .udp, configuration.relayPorts.contains(path.local.port) { return true }
        guard datagram.count >= 2 else { return false }
        // Indications of method 6 (RFC 8489 section 5, RFC 8656 section 17), and the first bytes of channel numbers.
        return datagram[0] == 0 && datagram[1] == 0x16 || DatagramKind(datagram) == .channelData
    }

    /// Takes a payload and writes the packet that it becomes.
    ///
    /// - Returns: where the packet goes.
    public mutating func forward(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant, into packet: inout OutputSpan<UInt8>
    ) throws(Failure) -> Path {
        do throws(Failure) {
            let forward = try forward(datagram, on: path, at: now)
            guard forward.write(datagram, into: &packet) else { throw .tooLong }
            return forward.path
        } catch {
            statistics.count(error)
            throw error
        }
    }

    private mutating func forward(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Forward {
        if path.transport == .udp, configuration.relayPorts.contains(path.local.port) {
            return try receiveFromPeer(datagram, on: path, at: now)
        }
        switch DatagramKind(datagram) {
        case .channelData: return try receiveChannelData(datagram, on: path, at: now)
        case .stun:
            let message: Message
            do { message = try Message(datagram) } catch { throw .malformed(error) }
            guard message.type == MessageType(.indication, .send) else { throw .unexpected }
            return try receiveSend(message, on: path, at: now)
        case .record, .other: throw .unexpected
        }
    }

    private mutating func receiveFromPeer(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Forward {
        guard let slot = relayPorts[path.local.port] else { throw .noAllocation }
        return try deliver(0..<datagram.count, to: slot, from: advertised(path.remote), at: now)
    }

    private mutating func receiveChannelData(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Forward {
        guard let frame = ChannelData(datagram) else { throw .malformed(.truncated) }
        guard let slot = slot(ofClient: path) else { throw .noAllocation }
        guard let peer = allocations[slot]?.peer(on: frame.channel, at: now) else { throw .notPermitted }
        return try relay(frame.payload, from: slot, to: peer, at: now)
    }

    /// A Send indication: no answer, whatever is wrong with it (RFC 8656 section 11.2).
    mutating func receiveSend(
        _ message: borrowing Message, on path: Path, at now: Instant
    ) throws(Failure) -> Forward {
        guard let slot = slot(ofClient: path) else { throw .noAllocation }
        guard let peer = message.xorPeerAddress, let payload = message.dataRange,
            message.unknownRequiredAttributes(isKnown: { $0 == .xorPeerAddress || $0 == .data || $0 == .dontFragment })
                .isEmpty
        else { throw .unexpected }
        guard allocations[slot]?.permits(peer.ip, at: now) == true else { throw .notPermitted }
        return try relay(payload, from: slot, to: peer, at: now)
    }

    /// From a client to a peer, which may be the client of another allocation.
    private mutating func relay(
        _ payload: Range<Int>, from slot: Int, to peer: TransportAddress, at now: Instant
    ) throws(Failure) -> Forward {
        guard let ends = allocations[slot]?.ends(for: peer.ip, at: now) else { throw .noAllocation }
        if let other = liveRelay(at: peer) {
            let forward = try deliver(payload, to: other, from: ends.relay.relayed, at: now)
            allocations[slot]?.countToPeer(payload.count)
            return forward
        }
        if let bound = bound(ofTeamRelay: peer) {
            statistics.forwarded &+= 1
            allocations[slot]?.countToPeer(payload.count)
            return Forward(payload, to: Path(transport: .udp, local: ends.relay.bound, remote: bound))
        }
        // The permission is for an address, whose other ports are only peers if the operator says so.
        guard !policy.ownAddresses.contains(peer.ip) || policy.refusal(of: peer.ip) == nil else {
            throw .notPermitted
        }
        statistics.forwarded &+= 1
        allocations[slot]?.countToPeer(payload.count)
        return Forward(payload, to: Path(transport: .udp, local: ends.relay.bound, remote: peer))
    }

    /// From a peer to the client of an allocation, if that permits the peer (RFC 8656 section 11.3).
    private mutating func deliver(
        _ payload: Range<Int>, to slot: Int, from peer: TransportAddress, at now: Instant
    ) throws(Failure) -> Forward {
        guard let ends = allocations[slot]?.ends(for: peer.ip, at: now) else { throw .noAllocation }
        guard payload.count <= 0xFFFF - 32, allocations[slot]?.permits(peer.ip, at: now) == true else {
            throw .notPermitted
        }
        statistics.forwarded &+= 1
        allocations[slot]?.countToClient(payload.count)
        if let channel = allocations[slot]?.channel(to: peer, at: now) {
            return Forward(payload, to: ends.client, channel: channel)
        }
        let transaction = TransactionIdentifier(random: &random)
        return Forward(payload, to: ends.client, from: peer, transaction: transaction)
    }

    /// The allocation whose relayed address this is, as peers see it.
    func liveRelay(at address: TransportAddress) -> Int? {
        guard let slot = relayPorts[address.port], allocations[slot]?.isRelaying(at: address) == true else {
            return nil
        }
        return slot
    }
}

import STUN
import WireFormat

extension Client {
    /// The next message to the server; nil if there is none.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        while let identifier = outgoing.popFirst() {
            guard let transaction = transactions.find(identifier) else { continue }
            guard write(transaction.content.request, identifier, into: &packet) else { continue }
            lastSentAt = now
            return path
        }
        guard isKeepaliveDue else { return nil }
        isKeepaliveDue = false
        let identifier = TransactionIdentifier(random: &random)
        // A Binding indication needs no answer and no authentication (RFC 8445 section 11).
        var message = MessageBuilder(.indication, .binding, transaction: identifier, into: &packet)
        return message.finish(&packet) ? path : nil
    }

    /// Wraps a payload for a peer: through its channel if it has one, else as a Send indication.
    ///
    /// - Returns: nil if there is no allocation, no permission was asked for the peer, or the packet has no room
    ///   (36 bytes of header for IPv4, 48 for IPv6, 4 on a channel); nothing is written then.
    public mutating func send(
        _ payload: Span<UInt8>, to peer: TransportAddress, into packet: inout OutputSpan<UInt8>, at now: Instant
    ) -> Path? {
        guard case .allocated = state else { return nil }
        let isSent: Bool
        if let channel = channels.first(where: { $0.peer == peer && $0.isBound }) {
            isSent = writeChannelData(payload, channel: channel.number, into: &packet)
        } else if permissions.contains(where: { $0.peer.ip == peer.ip }) {
            isSent = writeIndication(payload, to: peer, into: &packet)
        } else {
            isSent = false
        }
        guard isSent else { return nil }
        lastSentAt = now
        return path
    }

    private func writeChannelData(
        _ payload: Span<UInt8>, channel: UInt16, into packet: inout OutputSpan<UInt8>
    ) -> Bool {
        let padding = ChannelData.padding(size: payload.count, transport: configuration.transport)
        guard packet.freeCapacity >= ChannelData.headerSize + payload.count + padding,
            let header = ChannelData.header(channel: channel, size: payload.count)
        else { return false }
        packet.append(bigEndian: header)
        packet.append(contentsOf: payload)
        for _ in 0..<padding { packet.append(0) }
        return true
    }

    private mutating func writeIndication(
        _ payload: Span<UInt8>, to peer: TransportAddress, into packet: inout OutputSpan<UInt8>
    ) -> Bool {
        let identifier = TransactionIdentifier(random: &random)
        var message = MessageBuilder(.indication, .send, transaction: identifier, into: &packet)
        message.add(.xorPeerAddress, xorAddress: peer, to: &packet)
        if configuration.forbidsFragmentation { message.add(.dontFragment, to: &packet) }
        message.add(.data, payload, to: &packet)
        return message.finish(&packet)
    }

    private func write(
        _ request: ClientRequest, _ identifier: TransactionIdentifier, into packet: inout OutputSpan<UInt8>
    ) -> Bool {
        var message = MessageBuilder(.request, request.method, transaction: identifier, into: &packet)
        switch request {
        case .allocate:
            // 17 is UDP, as in an IP header (RFC 8656 section 18.8).
            message.add(.requestedTransport, leading: 17, to: &packet)
            writeWishes(to: &message, in: &packet)
            message.add(.lifetime, configuration.lifetimeSeconds, to: &packet)
        case .refresh(let lifetimeSeconds):
            message.add(.lifetime, lifetimeSeconds, to: &packet)
        case .move:
            message.add(.lifetime, configuration.lifetimeSeconds, to: &packet)
            if let ticket { message.add(.mobilityTicket, ticket.span, to: &packet) }
        case .createPermission(let peer):
            message.add(.xorPeerAddress, xorAddress: peer, to: &packet)
        case .channelBind(let peer, let number):
            message.addChannelNumber(number, to: &packet)
            message.add(.xorPeerAddress, xorAddress: peer, to: &packet)
        }
        authenticate(&message, in: &packet)
        return message.finish(&packet)
    }

    private func writeWishes(to message: inout MessageBuilder, in packet: inout OutputSpan<UInt8>) {
        if let family = configuration.family {
            message.add(.requestedAddressFamily, leading: family.rawValue, to: &packet)
        }
        if configuration.forbidsFragmentation { message.add(.dontFragment, to: &packet) }
        switch configuration.port {
        case .any: break
        case .even: message.addEvenPort(reserveNext: false, to: &packet)
        case .evenAndNext: message.addEvenPort(reserveNext: true, to: &packet)
        case .reserved(let token): message.add(.reservationToken, token, to: &packet)
        }
        if configuration.wantsBothFamilies {
            message.add(.additionalAddressFamily, leading: AddressFamily.ipv6.rawValue, to: &packet)
        }
        // Empty: a ticket comes with the answer (RFC 8016 section 3.1.1).
        if configuration.isMobile { message.add(.mobilityTicket, to: &packet) }
    }

    private func authenticate(_ message: inout MessageBuilder, in packet: inout OutputSpan<UInt8>) {
        guard let credentials else {
            if configuration.transport == .udp { message.pad(toSize: Self.paddedAllocateSize, in: &packet) }
            return
        }
        credentials.add(to: &message, in: &packet)
    }
}

extension ClientRequest {
    var method: Method {
        switch self {
        case .allocate: .allocate
        case .refresh, .move: .refresh
        case .createPermission: .createPermission
        case .channelBind: .channelBind
        }
    }
}

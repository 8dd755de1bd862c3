import WireFormat

extension BindingServer {
    /// An answer to be written at the next poll.
    struct Reply: Sendable {
        enum Content: Sendable {
            /// From this socket.
            case success(Place)
            case refusal(ErrorCode)
            case unknownAttributes([AttributeType])
        }

        /// Where it goes; the request's own, unless the request wanted something else.
        var path: Path
        let transaction: TransactionIdentifier
        var content: Content
        let hasFingerprint: Bool
        let wantsPadding: Bool
        let sizeLimit: Int
        /// Where the request came from.
        let source: TransportAddress

        init(
            path: Path, transaction: TransactionIdentifier, content: Content, hasFingerprint: Bool, wantsPadding: Bool,
            sizeLimit: Int
        ) {
            self.path = path
            self.transaction = transaction
            self.content = content
            self.hasFingerprint = hasFingerprint
            self.wantsPadding = wantsPadding
            self.sizeLimit = sizeLimit
            source = path.remote
        }

        func write(by configuration: Configuration, into packet: inout OutputSpan<UInt8>) -> Bool {
            let isSuccess = if case .success = content { true } else { false }
            var message = MessageBuilder(
                isSuccess ? .successResponse : .errorResponse, .binding, transaction: transaction, into: &packet)
            switch content {
            case .success(let place):
                message.add(.xorMappedAddress, xorAddress: source, to: &packet)
                addOptional(configuration, place, to: &message, in: &packet)
            case .refusal(let code): message.add(code, withReason: false, to: &packet)
            case .unknownAttributes(let types):
                message.add(.unknownAttribute, withReason: false, to: &packet)
                message.add(unknown: types, to: &packet)
            }
            if hasFingerprint { message.addFingerprint(to: &packet) }
            return message.finish(&packet)
        }

        /// What the answer has room for beside the client's address.
        private func addOptional(
            _ configuration: Configuration, _ place: Place, to message: inout MessageBuilder,
            in packet: inout OutputSpan<UInt8>
        ) {
            func room(_ size: Int, _ message: MessageBuilder, _ packet: borrowing OutputSpan<UInt8>) -> Bool {
                packet.count - message.start + size + (hasFingerprint ? 8 : 0) <= sizeLimit
            }
            let addressSize = path.local.ip.isIPv4 ? 12 : 24
            if let other = configuration.other(than: place), room(addressSize, message, packet) {
                message.add(.otherAddress, address: other, to: &packet)
            } else if let port = configuration.otherPort(than: place), room(8, message, packet) {
                message.add(.beelineAlternatePort, UInt32(port) << 16, to: &packet)
            }
            if let origin = configuration.advertised(place), room(addressSize, message, packet) {
                message.add(.responseOrigin, address: origin, to: &packet)
            }
            guard wantsPadding, sizeLimit != .max, room(4, message, packet) else { return }
            message.pad(toSize: sizeLimit - (hasFingerprint ? 8 : 0), with: .padding, in: &packet)
        }
    }
}

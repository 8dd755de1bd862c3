import STUN
import Testing
import WireFormat

/// Every attribute through the builder and back.
@Suite struct AttributeTests {
    static let addresses = ["192.0.2.1:32853", "0.0.0.0:0", "255.255.255.255:65535", "[2001:db8::1]:1", "[::]:0"]

    @Test(arguments: addresses)
    func addressesRoundTrip(text: String) throws {
        let address = try #require(TransportAddress(text))
        let bytes = build { message, packet in
            message.add(.xorMappedAddress, xorAddress: address, to: &packet)
            message.add(.xorPeerAddress, xorAddress: address, to: &packet)
            message.add(.xorRelayedAddress, xorAddress: address, to: &packet)
            message.add(.alternateServer, address: address, to: &packet)
        }
        let message = try Message(bytes.span)
        let found = [
            message.mappedAddress, message.xorPeerAddress, message.xorRelayedAddress, message.alternateServer,
        ]
        #expect(found == Array(repeating: address, count: 4))
    }

    @Test(arguments: addresses)
    func oldServersPlainAddressIsRead(text: String) throws {
        let address = try #require(TransportAddress(text))
        let bytes = build { message, packet in message.add(.mappedAddress, address: address, to: &packet) }
        let mapped = try Message(bytes.span).mappedAddress
        #expect(mapped == address)
    }

    @Test(arguments: 0..<9)
    func textsAndBytesRoundTrip(count: Int) throws {
        let value = [UInt8]("ünïcode".utf8.prefix(count))
        let text = String(repeating: "x", count: count)
        let bytes = build { message, packet in
            message.add(.username, value.span, to: &packet)
            message.add(.realm, text, to: &packet)
            message.add(.nonce, text, to: &packet)
            message.add(.software, text, to: &packet)
            message.add(.beelineData, value.span, to: &packet)
            message.add(.data, value.span, to: &packet)
        }
        #expect(bytes.count % 4 == 0)
        let message = try Message(bytes.span)
        let username = message.username?.copied()
        let realm = message.realm?.copied()
        let nonce = message.nonce?.copied()
        let software = message.first(.software)?.text
        let data = message.value(.beelineData)?.copied()
        let dataRange = message.dataRange
        let range = try #require(dataRange)
        #expect(username == value && data == value && [UInt8](bytes[range]) == value)
        #expect(realm == [UInt8](text.utf8) && nonce == [UInt8](text.utf8) && software == text)
    }

    @Test(arguments: [0, 1, 0x6E00_01FF, .max] as [UInt32])
    func numbersRoundTrip(value: UInt32) throws {
        let wide = UInt64(value) << 32 | 7
        let bytes = build { message, packet in
            message.add(.priority, value, to: &packet)
            message.add(.useCandidate, to: &packet)
            message.add(.iceControlled, wide, to: &packet)
            message.add(.iceControlling, wide &+ 1, to: &packet)
            message.add(.lifetime, value, to: &packet)
            message.addChannelNumber(UInt16(truncatingIfNeeded: value), to: &packet)
            message.add(.requestedTransport, leading: 17, to: &packet)
            message.add(.requestedAddressFamily, leading: AddressFamily.ipv6.rawValue, to: &packet)
            message.add(.additionalAddressFamily, leading: AddressFamily.ipv6.rawValue, to: &packet)
            message.addEvenPort(reserveNext: value != 0, to: &packet)
            message.add(.dontFragment, to: &packet)
            message.add(.reservationToken, wide, to: &packet)
            message.add(.mobilityTicket, to: &packet)
            message.add(.beelineNomination, value, to: &packet)
        }
        let message = try Message(bytes.span)
        let numbers = [message.priority, message.lifetimeSeconds, message.first(.beelineNomination)?.uint32]
        let wides = [message.iceControlled, message.first(.reservationToken)?.uint64]
        let controlling = message.iceControlling
        let bytesFound = [
            message.first(.requestedTransport)?.firstByte, message.first(.requestedAddressFamily)?.firstByte,
            message.first(.additionalAddressFamily)?.firstByte, message.first(.evenPort)?.firstByte,
        ]
        let channel = message.channelNumber
        let flags = [message.useCandidate, message.contains(.dontFragment), message.contains(.mobilityTicket)]
        #expect(numbers == [value, value, value] && wides == [wide, wide] && controlling == wide &+ 1)
        #expect(bytesFound == [17, 2, 2, value == 0 ? 0 : 0x80])
        #expect(channel == UInt16(truncatingIfNeeded: value) && flags == [true, true, true])
    }

    @Test(arguments: [300, 400, 401, 403, 420, 437, 438, 440, 441, 442, 443, 486, 487, 500, 508, 699])
    func errorCodesRoundTrip(code: Int) throws {
        for withReason in [true, false] {
            let bytes = build(.errorResponse) { message, packet in
                message.add(ErrorCode(rawValue: UInt16(code)), withReason: withReason, to: &packet)
                message.add(unknown: [.mobilityTicket, .evenPort, .data], to: &packet)
            }
            let message = try Message(bytes.span)
            let found = message.errorCode?.rawValue
            let unknown = message.unknownAttributes
            #expect(found == UInt16(code) && unknown == [.mobilityTicket, .evenPort, .data])
        }
    }

    @Test func malformedValuesAreNil() throws {
        let short: [UInt8] = [0, 1, 2]
        let wrongFamily: [UInt8] = [0, 3, 1, 1, 1, 1, 1, 1]
        let bytes = build { message, packet in
            for type in [.xorPeerAddress, .priority, .lifetime, .channelNumber, .errorCode, .iceControlled]
                as [AttributeType]
            {
                message.add(type, short.span, to: &packet)
            }
            message.add(.xorMappedAddress, wrongFamily.span, to: &packet)
        }
        let message = try Message(bytes.span)
        let addresses = [message.xorPeerAddress, message.mappedAddress, message.xorRelayedAddress]
        let numbers = [message.priority, message.lifetimeSeconds]
        let (channel, code, wide) = (message.channelNumber, message.errorCode, message.iceControlled)
        #expect(addresses == [nil, nil, nil] && numbers == [nil, nil])
        #expect(channel == nil && code == nil && wide == nil)
    }

    @Test func unknownRequiredAttributesAreListedOnce() throws {
        let bytes = build { message, packet in
            message.add(AttributeType(rawValue: 0x7000), to: &packet)
            message.add(.priority, 1 as UInt32, to: &packet)
            message.add(AttributeType(rawValue: 0x7001), to: &packet)
            message.add(AttributeType(rawValue: 0x7000), to: &packet)
            message.add(AttributeType(rawValue: 0xF000), to: &packet)
        }
        let unknown = try Message(bytes.span).unknownRequiredAttributes { $0 == .priority }
        #expect(unknown.map(\.rawValue) == [0x7000, 0x7001])
    }

    @Test func theFirstOfTwoCounts() throws {
        let bytes = build { message, packet in
            message.add(.priority, 1 as UInt32, to: &packet)
            message.add(.priority, 2 as UInt32, to: &packet)
        }
        let priority = try Message(bytes.span).priority
        #expect(priority == 1)
    }
}

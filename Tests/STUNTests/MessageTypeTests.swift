import STUN
import Testing

@Suite struct MessageTypeTests {
    @Test(
        arguments: [
            (0x0001, .request, .binding), (0x0101, .successResponse, .binding), (0x0111, .errorResponse, .binding),
            (0x0011, .indication, .binding), (0x0003, .request, .allocate), (0x0016, .indication, .send),
            (0x0017, .indication, .data), (0x0113, .errorResponse, .allocate), (0x0009, .request, .channelBind),
        ] as [(UInt16, MessageClass, STUN.Method)])
    func knownTypes(encoded: UInt16, messageClass: MessageClass, method: STUN.Method) {
        #expect(MessageType(messageClass, method).encoded == encoded)
        #expect(MessageType(encoded: encoded) == MessageType(messageClass, method))
    }

    @Test func everyTypeRoundTrips() {
        var seen: Set<MessageType> = []
        for encoded in UInt16.min...0x3FFF {
            guard let type = MessageType(encoded: encoded) else {
                Issue.record("no type: \(encoded)")
                continue
            }
            #expect(type.encoded == encoded)
            seen.insert(type)
        }
        #expect(seen.count == 0x4000)
    }

    @Test(arguments: [0x4000, 0x8000, 0xFFFF] as [UInt16])
    func otherProtocolsAreNoTypes(encoded: UInt16) {
        #expect(MessageType(encoded: encoded) == nil)
    }

    @Test func datagramsAreToldApartByTheirFirstByte() {
        for byte in UInt8.min...UInt8.max {
            let datagram = [byte]
            let kind = DatagramKind(datagram.span)
            switch byte {
            case 0...3: #expect(kind == .stun)
            case 4..<0x40: #expect(kind == .other)
            case 0x40..<0x80: #expect(kind == .channelData)
            default: #expect(kind == .record)
            }
        }
        let empty: [UInt8] = []
        #expect(DatagramKind(empty.span) == .other)
    }
}

import SecureChannel
import Testing
import WireFormat

@Suite struct StatelessCookieTests {
    static let message: [UInt8] = [0xC1, 2, 3]
    static let sender = TransportAddress(ip: .v4(0xC000_0201), port: 1_234)

    func accepts(
        _ jar: StatelessCookie, _ cookie: [UInt8], from sender: TransportAddress = sender,
        message: [UInt8] = message
    ) -> Bool {
        jar.accepts(cookie.span, from: sender, message: message.span)
    }

    @Test func isBoundToAddressPortAndMessage() {
        let jar = StatelessCookie(random: SeededRandom(seed: 1), now: .zero)
        let cookie = jar.make(for: Self.sender, message: Self.message.span)
        #expect(cookie.count == StatelessCookie.count)
        #expect(accepts(jar, cookie))
        #expect(!accepts(jar, cookie, from: TransportAddress(ip: .v4(0xC000_0202), port: 1_234)))
        #expect(!accepts(jar, cookie, from: TransportAddress(ip: .v4(0xC000_0201), port: 1_235)))
        #expect(!accepts(jar, cookie, from: TransportAddress(ip: .v6(high: 0, low: 0xFFFF_C000_0201), port: 1_234)))
        #expect(!accepts(jar, cookie, message: [0xC1, 2, 4]))
        #expect(!accepts(jar, cookie, message: []))
        #expect(!accepts(jar, []))
        #expect(!accepts(jar, Array(cookie.dropLast())))
        for index in cookie.indices {
            var altered = cookie
            altered[index] ^= 0x10
            #expect(!accepts(jar, altered))
        }
        let other = StatelessCookie(random: SeededRandom(seed: 2), now: .zero)
        #expect(!accepts(other, cookie))
    }

    @Test func livesForOneToTwoIntervals() {
        var jar = StatelessCookie(random: SeededRandom(seed: 1), now: .zero)
        let cookie = jar.make(for: Self.sender, message: Self.message.span)
        jar.advance(to: .zero + .seconds(119))
        #expect(accepts(jar, cookie))
        #expect(jar.nextDeadline == .zero + .seconds(120))
        jar.advance(to: .zero + .seconds(120))
        #expect(accepts(jar, cookie))
        #expect(jar.make(for: Self.sender, message: Self.message.span) != cookie)
        jar.advance(to: .zero + .seconds(240))
        #expect(!accepts(jar, cookie))
    }

    @Test func forgetsEverythingOverALongSleep() {
        var jar = StatelessCookie(random: SeededRandom(seed: 1), now: .zero)
        let cookie = jar.make(for: Self.sender, message: Self.message.span)
        jar.advance(to: .zero + .seconds(100_000))
        #expect(!accepts(jar, cookie))
    }

    @Test func namesDatagramsByTheirFirstByte() {
        for byte in UInt8.min...UInt8.max {
            switch byte {
            case 0x80...0xBF: #expect(DatagramKind(firstByte: byte) == .record)
            case 0xC0: #expect(DatagramKind(firstByte: byte) == .notice)
            case 0xC1...0xC3: #expect(DatagramKind(firstByte: byte) == .handshake(message: byte - 0xC0))
            default: #expect(DatagramKind(firstByte: byte) == nil)
            }
            if let kind = DatagramKind(firstByte: byte), kind != .record { #expect(kind.firstByte == byte) }
        }
    }
}

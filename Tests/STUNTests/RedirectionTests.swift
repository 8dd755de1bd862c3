import STUN
import Testing
import WireFormat

@Suite struct RedirectionTests {
    private let origin = TransportAddress(ip: .v4(0xC000_0201), port: 3_478)

    private func server(_ number: UInt32) -> TransportAddress {
        TransportAddress(ip: .v4(0xC633_6400 + number), port: 3_478)
    }

    private func response(to server: TransportAddress?, domain: String? = nil) -> [UInt8] {
        build(.errorResponse, .allocate) { message, packet in
            message.add(.tryAlternate, to: &packet)
            if let server { message.add(.alternateServer, address: server, to: &packet) }
            if let domain { message.add(.alternateDomain, domain, to: &packet) }
        }
    }

    private func follow(
        _ redirections: inout Redirections, _ bytes: [UInt8], from server: TransportAddress, at now: Instant = .zero
    ) throws -> Result<Redirection, Redirections.Refusal> {
        let message = try Message(bytes.span)
        do throws(Redirections.Refusal) {
            return .success(try redirections.follow(message, from: server, at: now))
        } catch { return .failure(error) }
    }

    @Test func serverAndDomainAreTold() throws {
        var redirections = Redirections()
        let result = try follow(&redirections, response(to: server(1), domain: "turn.example.org"), from: origin)
        let redirection = try result.get()
        #expect(redirection.server == server(1) && redirection.domain == "turn.example.org")
    }

    @Test func unusableServersAreRefused() throws {
        let six = TransportAddress(ip: .v6(high: 0x2001_0DB8 << 32, low: 1), port: 3_478)
        var redirections = Redirections()
        #expect(try follow(&redirections, response(to: nil), from: origin) == .failure(.noServer))
        #expect(try follow(&redirections, response(to: six), from: origin) == .failure(.otherFamily))
        let nowhere = TransportAddress(ip: .v4(0), port: 1)
        #expect(try follow(&redirections, response(to: nowhere), from: origin) == .failure(.noServer))
        let long = String(repeating: "a", count: 256)
        #expect(try follow(&redirections, response(to: server(1), domain: long), from: origin).get().domain == nil)
    }

    @Test func loopsEndForFiveMinutes() throws {
        var redirections = Redirections()
        _ = try follow(&redirections, response(to: server(1)), from: origin).get()
        #expect(try follow(&redirections, response(to: origin), from: server(1)) == .failure(.loop))
        #expect(try follow(&redirections, response(to: server(1)), from: server(1)) == .failure(.loop))
        let later = Instant.zero + .seconds(301)
        let back = try follow(&redirections, response(to: origin), from: server(1), at: later).get()
        #expect(back.server == origin)
    }

    @Test func chainsEnd() throws {
        var redirections = Redirections()
        var at = origin
        for number in 1...5 as ClosedRange<UInt32> {
            at = try follow(&redirections, response(to: server(number)), from: at).get().server
        }
        #expect(try follow(&redirections, response(to: server(6)), from: at) == .failure(.tooMany))
    }
}

import PortMapping
import Testing
import WireFormat

@Suite struct UPnPClientTests {
    let start: Instant = .zero + .seconds(100)

    func client(_ request: MappingRequest = Network.request(suggestedPort: 6_000)) -> UPnPClient {
        var client = UPnPClient(request, random: SeededRandom(seed: 3))
        client.start(at: start)
        return client
    }

    func talk(_ client: inout UPnPClient, _ gateway: UPnPGateway, at now: Instant, pieceBytes: Int = 400) {
        client.talk(to: gateway, at: now, pieceBytes: pieceBytes) { $0.streamEnded(on: $1, at: now) }
    }

    @Test func `it searches thrice by multicast and gives up`() {
        var client = client()
        let sent = client.run(from: start, until: start + .seconds(30))
        #expect(sent.count == 6)
        #expect(sent.allSatisfy { $0.1.path.remote == TransportAddress(ip: .v4(0xEFFF_FFFA), port: 1_900) })
        #expect(sent.allSatisfy { $0.1.text.contains("MAN: \"ssdp:discover\"\r\n") && $0.1.text.hasSuffix("\r\n\r\n") })
        #expect(Set(sent.map(\.at)).count == 3)
        let events = client.drainEvents()
        #expect(events == [.unavailable(.noAnswer)])
    }

    @Test(arguments: [1, 7, 400], [(false, false), (true, false), (false, true)])
    func `a version 1 gateway maps the port`(pieceBytes: Int, framing: (isChunked: Bool, untilClose: Bool)) {
        let gateway = UPnPGateway()
        (gateway.isChunked, gateway.untilClose) = framing
        var client = client()
        talk(&client, gateway, at: start, pieceBytes: pieceBytes)
        let events = client.drainEvents()
        #expect(events == [.mapped(Network.mapped(.upnp, port: 6_000))])
        #expect(gateway.actions == ["GetExternalIPAddress", "AddPortMapping"])
        #expect(gateway.mappings[6_000]?.lease == 7_200)
        #expect(gateway.mappings[6_000]?.internalPort == 5_000)
        #expect(gateway.mappings[6_000]?.label == "beeline")
    }

    @Test func `a version 2 gateway may choose another port`() {
        let gateway = UPnPGateway()
        gateway.version = 2
        gateway.taken = [6_000]
        var client = client()
        talk(&client, gateway, at: start)
        let events = client.drainEvents()
        #expect(events == [.mapped(Network.mapped(.upnp, port: 6_001))])
        #expect(gateway.actions == ["GetExternalIPAddress", "AddAnyPortMapping"])
    }

    @Test func `a taken port is followed by another, a refused lease by a permanent one`() throws {
        let gateway = UPnPGateway()
        gateway.taken = [6_000]
        gateway.onlyPermanentLeases = true
        var client = client()
        talk(&client, gateway, at: start)
        let mapping = try #require(client.mapping)
        #expect(mapping.external.port != 6_000)
        #expect(gateway.mappings[mapping.external.port]?.lease == 0)
    }

    @Test func `it renews at half life, and tells of a new address`() {
        let gateway = UPnPGateway()
        var client = client()
        talk(&client, gateway, at: start)
        _ = client.drainEvents()
        let half = start + .seconds(3_600)
        #expect(client.nextDeadline == half)
        client.advance(to: half)
        talk(&client, gateway, at: half)
        let quiet = client.drainEvents()
        #expect(quiet.isEmpty)
        gateway.external = "6.6.6.6"
        let next = half + .seconds(3_600)
        client.advance(to: next)
        talk(&client, gateway, at: next)
        let events = client.drainEvents()
        #expect(events.count == 1)
        #expect(client.mapping?.external.ip == .v4(0x0606_0606))
    }

    @Test func `it deletes at the end`() {
        let gateway = UPnPGateway()
        var client = client()
        talk(&client, gateway, at: start)
        _ = client.drainEvents()
        client.stop(at: start)
        talk(&client, gateway, at: start)
        let events = client.drainEvents()
        #expect(events == [.removed])
        #expect(gateway.mappings.isEmpty)
        #expect(client.nextDeadline == nil)
    }

    @Test func `a connection that fails or says nothing ends it`() throws {
        let gateway = UPnPGateway()
        for isSilent in [true, false] {
            var client = client()
            let search = client.drain(at: start).first { gateway.searchAnswer($0.text) != nil }
            let text = try #require(search).text
            let answer = try #require(gateway.searchAnswer(text))
            let remote = TransportAddress(ip: Network.gateway, port: 1_900)
            client.take(Array(answer.utf8), on: Path(local: Network.control, remote: remote), at: start)
            let get = client.drain(at: start)
            #expect(get.count == 1)
            if isSilent {
                _ = client.run(from: start, until: start + .seconds(6))
            } else {
                client.streamFailed(on: get[0].path, at: start)
            }
            let events = client.drainEvents()
            #expect(events == [.unavailable(.noAnswer)])
        }
    }

    @Test func `answers that point elsewhere are not followed`() {
        let remote = TransportAddress(ip: Network.gateway, port: 1_900)
        let path = Path(local: Network.control, remote: remote)
        let head = "HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nLOCATION: "
        let bad: [(String, Path, MappingFailure)] = [
            (head + "http://203.0.113.9/desc.xml\r\n\r\n", path, .unexpectedSource),
            (head + "http://router.example/desc.xml\r\n\r\n", path, .malformed),
            (head + "https://192.168.1.1/desc.xml\r\n\r\n", path, .malformed),
            (head + "http://192.168.1.1/a b\r\n\r\n", path, .malformed),
            ("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: http://192.168.1.1/d\r\n\r\n", path, .unrelated),
            (head + "http://192.168.1.1/d\r\n\r\n", Network.stranger, .unexpectedSource),
        ]
        for (text, from, reason) in bad {
            var client = client()
            _ = client.drain(at: start)
            let refused = client.take(Array(text.utf8), on: from, at: start)
            #expect(refused == reason, "\(text)")
            #expect(client.drain(at: start).isEmpty)
        }
    }

    @Test func `a label is cleaned before it goes into XML`() {
        let gateway = UPnPGateway()
        var request = Network.request(suggestedPort: 6_000)
        request.label = "a<b>&\u{7}é" + String(repeating: "x", count: 200)
        var client = client(request)
        talk(&client, gateway, at: start)
        let label = gateway.mappings[6_000]?.label ?? ""
        #expect(label.hasPrefix("a&lt;b&gt;&amp;xxx"))
        #expect(label.utf8.count < 80)
    }

    @Test func `descriptions that are not XML, too deep or too big end it`() {
        let bad = [
            "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>", String(repeating: "<a>", count: 60), "<a></b>",
            "<x>&nosuch;</x>", "<x>" + String(repeating: "y", count: 10_000) + "</x>", "<x>&#0;</x>",
        ]
        for piece in bad {
            let gateway = UPnPGateway()
            gateway.extraElements = piece
            var client = client()
            talk(&client, gateway, at: start)
            let events = client.drainEvents()
            #expect(events == [.unavailable(.malformed)], "\(piece.prefix(20))")
        }
        let gateway = UPnPGateway()
        gateway.extraElements = String(repeating: "<x>yyyyyyyyyyyyyyyy</x>", count: 4_000)
        var client = client()
        talk(&client, gateway, at: start, pieceBytes: 1_400)
        let events = client.drainEvents()
        #expect(events.contains(.unavailable(.malformed)))
    }

    /// A reader that begins anew with each piece would look at a thousand million bytes.
    @Test(arguments: [false, true]) func `a long description may come byte by byte`(isChunked: Bool) {
        let gateway = UPnPGateway()
        gateway.isChunked = isChunked
        gateway.extraElements = String(repeating: "<x>yyyyyyyyyyyyyyyy</x>", count: 2_000)
        var client = client()
        talk(&client, gateway, at: start, pieceBytes: 1)
        let events = client.drainEvents()
        #expect(events == [.mapped(Network.mapped(.upnp, port: 6_000))])
    }

    @Test(arguments: [
        "Content-Length: +1", "Content-Length: -1", "Content-Length: 1 2", "Content-Length: ",
        "Content-Length: 65537", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked\r\n\r\n+1",
        "Transfer-Encoding: chunked\r\n\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1\r\naa",
        "Transfer-Encoding: chunked\r\n\r\n1\r\na\n", "Transfer-Encoding: chunked\r\n\r\n10001\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "x", count: 300),
    ])
    func `answers cut wrongly end it`(field: String) throws {
        let gateway = UPnPGateway()
        var client = client()
        let search = try #require(client.drain(at: start).first { gateway.searchAnswer($0.text) != nil })
        let answer = try #require(gateway.searchAnswer(search.text))
        let remote = TransportAddress(ip: Network.gateway, port: 1_900)
        client.take(Array(answer.utf8), on: Path(local: Network.control, remote: remote), at: start)
        let get = try #require(client.drain(at: start).first)
        client.take(Array("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n".utf8), on: get.path, at: start)
        let events = client.drainEvents()
        #expect(events == [.unavailable(.malformed)])
    }

    @Test func `changed and random answers harm nothing`() throws {
        var random = SeededRandom(seed: 8)
        for _ in 0..<300 {
            let gateway = UPnPGateway()
            var client = client()
            for _ in 0..<8 {
                for packet in client.drain(at: start) {
                    let isSearch = packet.path.transport == .udp
                    let answer = isSearch ? gateway.searchAnswer(packet.text) : gateway.answer(packet.text)
                    guard var bytes = answer.map({ Array($0.utf8) }), !bytes.isEmpty else { continue }
                    if random.next() % 2 == 0 {
                        for _ in 0..<1 + random.next() % 3 {
                            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                        }
                    }
                    let remote = TransportAddress(ip: Network.gateway, port: 1_900)
                    let path = isSearch ? Path(local: packet.path.local, remote: remote) : packet.path
                    client.take(bytes, on: path, at: start)
                    client.streamEnded(on: path, at: start)
                    client.take(random.bytes(count: 100), on: path, at: start)
                }
            }
            _ = client.run(from: start, until: start + .seconds(60))
        }
    }
}

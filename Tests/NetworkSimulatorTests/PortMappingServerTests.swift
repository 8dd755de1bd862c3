import NetworkSimulator
import Testing
import WireFormat

@Suite struct PortMappingServerTests {
    typealias Lab = TranslationTests.Lab

    static let server = address("192.168.1.1:5351")

    /// The gateway's answer to a request.
    static func ask(_ lab: Lab, _ request: [UInt8], from host: Int = 0) -> [UInt8]? {
        let before = lab.simulator[lab.hosts[host]].scripted.received.count
        lab.send(from: host, port: 40_000, to: server, request)
        let received = lab.simulator[lab.hosts[host]].scripted.received
        guard received.count > before, received.last?.path.remote == server else { return nil }
        return received.last?.bytes
    }

    @Test func `NAT-PMP maps a port that strangers reach`() throws {
        let lab = Lab(.nat(.symmetric, mapsPorts: true))
        lab.wait(.seconds(7))
        #expect(Self.ask(lab, [0, 0]) == [0, 0x80, 0, 0, 0, 0, 0, 7, 5, 5, 0, 1])
        let map: [UInt8] = [0, 1, 0, 0, 0x13, 0x88, 0x17, 0x70, 0, 0, 0, 60]
        #expect(Self.ask(lab, map) == [0, 0x81, 0, 0, 0, 0, 0, 7, 0x13, 0x88, 0x17, 0x70, 0, 0, 0, 60])
        let outside = address("5.5.0.1:6000")
        #expect(lab.reaches(outside, from: 1))
        let reflexive = try #require(lab.reflexive())
        #expect(reflexive == outside, "what goes out comes from the mapping")
        lab.wait(.seconds(61))
        #expect(!lab.reaches(outside, from: 1), "its time is over")
    }

    @Test func `removal closes the port, and a reboot forgets it`() {
        let lab = Lab(.nat(.portRestricted, mapsPorts: true))
        let map: [UInt8] = [0, 1, 0, 0, 0x13, 0x88, 0x17, 0x70, 0, 0, 0, 60]
        let outside = address("5.5.0.1:6000")
        _ = Self.ask(lab, map)
        #expect(lab.reaches(outside, from: 1))
        _ = Self.ask(lab, [0, 1, 0, 0, 0x13, 0x88, 0, 0, 0, 0, 0, 0])
        #expect(!lab.reaches(outside, from: 1))
        _ = Self.ask(lab, map)
        lab.wait(.seconds(5))
        lab.simulator.network.schedule(.gatewayReboot(lab.gateway), at: lab.simulator.now)
        lab.wait(.seconds(1))
        #expect(!lab.reaches(outside, from: 1))
        #expect(Self.ask(lab, [0, 0])?[4..<8] == [0, 0, 0, 1])
    }

    @Test func `PCP maps, and minds who asks`() {
        let lab = Lab(.nat(.portRestricted, mapsPorts: true))
        let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        let nonce = (1...12).map { UInt8($0) }
        let body: [UInt8] = nonce + [17, 0, 0, 0, 0x13, 0x88, 0x17, 0x70] + mapped + [0, 0, 0, 0]
        let head: [UInt8] = [2, 1, 0, 0, 0, 0, 0, 60] + mapped
        let granted: [UInt8] =
            [2, 0x81, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 12) + nonce
            + [17, 0, 0, 0, 0x13, 0x88, 0x17, 0x70] + mapped + [5, 5, 0, 1]
        #expect(Self.ask(lab, head + [192, 168, 1, 2] + body) == granted)
        #expect(lab.reaches(address("5.5.0.1:6000"), from: 1))
        #expect(Self.ask(lab, head + [192, 168, 1, 9] + body)?[3] == 12)
        #expect(Self.ask(lab, [2, 1] + [UInt8](repeating: 0, count: 22))?[3] == 3)
        #expect(Self.ask(lab, [1, 1] + [UInt8](repeating: 0, count: 22))?[3] == 1)
    }

    @Test func `a gateway that maps no ports is silent`() {
        let lab = Lab(.nat(.portRestricted))
        #expect(Self.ask(lab, [0, 0]) == nil)
    }

    @Test func `random requests are survived`() {
        let lab = Lab(.nat(.portRestricted, mapsPorts: true))
        var random = SeededRandom(seed: 6)
        for _ in 0..<2_000 {
            var request = random.bytes(count: 1 + Int(random.next() % 62))
            if random.next() % 2 == 0 { request[0] = random.next() % 2 == 0 ? 0 : 2 }
            if request.count > 1, random.next() % 2 == 0 { request[1] = UInt8(random.next() % 3) }
            _ = Self.ask(lab, request)
        }
        #expect(lab.simulator.network.packetsUnderWay == 0)
    }
}

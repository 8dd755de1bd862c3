import Foundation
import NetworkSimulator
import Testing
import WireFormat

/// How fast it is; reported, not asserted.
@Suite(.serialized) struct SpeedTests {
    /// This thread's processor time, so that a busy machine does not blur the figures.
    private static var threadNanoseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    @Test func `nanoseconds per packet and per hop`() {
        var simulator = Simulator<Bouncer>(seed: 1)
        let link = AccessLink(LinkConditions(delay: .milliseconds(10), jitter: .milliseconds(1), loss: .none))
        let server = address("203.0.113.1:3478")
        for index in 0..<64 {
            let home = simulator.network.addGateway(
                .nat(.portRestricted), externalAddresses: [.v4(0x0505_0001 + UInt32(index))], link: link)
            let local = address("192.168.1.2:4000")
            _ = simulator.addHost(
                Bouncer(first: Path(local: local, remote: server)),
                [AttachmentPlan(network: home.network, addresses: [local.ip])])
        }
        _ = simulator.addHost(
            Bouncer(), [AttachmentPlan(addresses: [server.ip], link: AccessLink(delay: .milliseconds(3)))])
        let started = Self.threadNanoseconds
        simulator.run(until: .zero + .seconds(60))
        let nanoseconds = Self.threadNanoseconds - started
        let delivered = Double(simulator.network.eventCount) / 2
        print(
            "speed: \(Int(nanoseconds / delivered)) ns a delivered packet of 1,200 bytes,",
            "\(Int(nanoseconds / Double(simulator.network.hopCount))) ns a link,",
            "\(simulator.network.eventCount) events, \(simulator.network.hopCount) links")
    }

    @Test func `microseconds to build a session's network`() throws {
        let population = try PopulationTests.fixture()
        var random = SeededRandom(seed: 1)
        let sessions = 2_000
        let started = Self.threadNanoseconds
        for seed in 0..<sessions {
            var simulator = Simulator<Bouncer>(seed: UInt64(seed))
            for number: UInt16 in 1...2 {
                let built = simulator.network.build(population.draw(using: &random), number: number)
                _ = simulator.addHost(Bouncer(), [built.attachment])
            }
            simulator.run(until: .zero + .seconds(1))
        }
        let microseconds = (Self.threadNanoseconds - started) / 1e3
        print("speed: \(microseconds / Double(sessions)) microseconds to draw, build and discard a session's network")
    }
}

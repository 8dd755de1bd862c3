import Benchmark
import NetworkSimulator
import WireFormat

/// Packets of 1,200 bytes bounce between a host behind a NAT and one in the internet.
func simulatorBenchmarks() {
    Benchmark("simulator: a packet through a NAT and two links") { benchmark in
        var simulator = Simulator<Bouncer>(seed: 1)
        let link = AccessLink(delay: .milliseconds(1))
        let home = simulator.network.addGateway(
            .nat(.portRestricted), externalAddresses: [.v4(0x0505_0505)], link: link)
        let local = TransportAddress(ip: .v4(0xC0A8_0102), port: 4_000)
        let server = TransportAddress(ip: .v4(0xCB00_7101), port: 3_478)
        _ = simulator.addHost(
            Bouncer(first: Path(local: local, remote: server)),
            [AttachmentPlan(network: home.network, addresses: [local.ip])])
        _ = simulator.addHost(Bouncer(), [AttachmentPlan(addresses: [server.ip], link: link)])
        let limit = Instant.zero + .seconds(3_600)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(simulator.step(before: limit)) }
    }
}

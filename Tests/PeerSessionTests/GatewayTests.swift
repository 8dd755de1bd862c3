import PeerSession
import SecureChannel
import Testing
import WireFormat

/// Whom a session asks for a port as its machine goes from network to network.
@Suite struct GatewayTests {
    private static let first = IPAddress.v4(0x0A00_0001)
    private static let second = IPAddress.v4(0xC0A8_0101)

    private func makeViewer(asksGateway: Bool = true) throws -> ViewerPeer {
        var configuration = SessionConfiguration()
        configuration.asksGateway = asksGateway
        if asksGateway { configuration.gateway = Self.first }
        return try ViewerPeer(
            .publicKey(World.keys(1).publicKey), keys: World.keys(2), configuration: configuration,
            sockets: [try #require(TransportAddress("10.0.0.9:5000"))], random: SeededRandom(seed: 1), at: .zero)
    }

    /// The gateways that are asked within a time.
    private func asked(_ viewer: inout ViewerPeer, from start: Instant = .zero, until end: Instant) -> Set<IPAddress> {
        var gateways: Set<IPAddress> = []
        var now = start
        repeat {
            viewer.advance(to: now)
            var path: Path?
            repeat {
                _ = [UInt8](capacity: 1_500) { packet in path = viewer.pollTransmit(into: &packet, at: now) }
                if let path, path.remote.port == 5_351 { gateways.insert(path.remote.ip) }
            } while path != nil
            now = now + .milliseconds(50)
        } while now < end
        return gateways
    }

    @Test func aNewGatewayIsAskedInThePlaceOfTheOld() throws {
        var viewer = try makeViewer()
        #expect(asked(&viewer, until: .zero + .seconds(1)) == [Self.first])
        viewer.gatewayChanged(to: Self.second, at: .zero + .seconds(1))
        #expect(asked(&viewer, from: .zero + .seconds(1), until: .zero + .seconds(3)) == [Self.second])
    }

    @Test func whoAsksNobodyGoesOnSo() throws {
        var viewer = try makeViewer(asksGateway: false)
        viewer.gatewayChanged(to: Self.second, at: .zero)
        #expect(asked(&viewer, until: .zero + .seconds(2)).isEmpty)
    }
}

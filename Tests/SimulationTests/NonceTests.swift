import NetworkSimulator
import PeerSession
import SecureChannel
import Testing
import WireFormat

/// Every record that the two peers of a session put on the wire, through deaths of paths, loss and copies over several
/// paths: no key seals two under one nonce.
@Suite struct NonceTests {
    /// All datagrams that left or reached the peers.
    private final class Tap {
        var datagrams: [[UInt8]] = []

        func note(_ bytes: Span<UInt8>, _ passage: Passage) {
            switch passage {
            case .datagramIn, .datagramOut: datagrams.append(bytes.copied())
            case .messageIn, .messageOut: break
            }
        }
    }

    /// What a witness said of all records in a tap, by how often.
    private func sightings(_ tap: Tap, _ witness: inout RecordWitness) -> [RecordWitness.Sighting: Int] {
        var counts: [RecordWitness.Sighting: Int] = [:]
        for datagram in tap.datagrams {
            for record in Self.records(datagram, witness.identifier) {
                let sighting = witness.see(record)
                counts[sighting, default: 0] += 1
                if sighting != .unknown { break }
            }
        }
        return counts
    }

    /// What could be a record of a connection: bare, or in a relay's frame, which may be padded.
    private static func records(_ datagram: [UInt8], _ identifier: ConnectionIdentifier) -> [[UInt8]] {
        datagram.indices.dropLast(5).filter { start in
            ConnectionIdentifier(of: datagram.span.extracting(start..<datagram.count), count: identifier.count)
                == identifier
        }.flatMap { start in (0..<4).map { Array(datagram[start...].dropLast($0)) } }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func `no nonce is used twice while paths die`(_ seed: UInt64) throws
    {
        let session = try PathDeathSession(seed: seed, loss: 0.005)
        let taps = [Tap(), Tap()]
        for (tap, party) in zip(taps, [session.live.hostHost, session.live.viewerHost]) {
            session.live.simulator.network.watch(party) { bytes, passage, _ in tap.note(bytes, passage) }
        }
        #expect(session.begin())
        for _ in 0..<3 { #expect(session.killPath()) }
        let host = try #require(session.live.host.peer.session)
        let viewer = session.live.viewer.peer.session
        for end in [host.recordWitness, viewer.recordWitness] {
            var witness = try #require(end)
            for tap in taps {
                let counts = sightings(tap, &witness)
                #expect(counts[.reused] == nil)
                #expect(counts[.fresh, default: 0] + counts[.repeated, default: 0] > 100)
            }
            // So many, each of which reached the tap of its sender at least.
            #expect(witness.nonceCount > 200)
        }
    }
}

import PeerSession
import Testing
import WireFormat

/// Sessions on bad networks: whatever happened, at rest the pictures are equal, and nobody hung up.
@Suite struct FaultTests {
    private static let patience = Interval.seconds(60)

    @Test(arguments: 0..<10) func `twenty faulty sessions come to rest with equal pictures`(_ block: UInt64) throws {
        for seed in block * 20..<block * 20 + 20 { try play(seed) }
    }

    private func play(_ seed: UInt64) throws {
        let session = try FaultySession(seed: seed)
        try session.play()
        let plan = session.plan.joined(separator: "; ")
        let took = session.live.run(atMost: Self.patience) {
            $0.isAtRest && $0.received.count == $0.typed.count
        }
        let text: Comment = "seed \(seed): \(plan)"
        #expect(took != nil, text)
        #expect(session.live.isEqual, text)
        #expect(session.live.received == session.live.typed, text)
        #expect(session.live.ends.isEmpty, text)
        session.live.actAsViewer { $0.close(text: "done", at: $1) }
        session.live.run(for: .seconds(5))
        #expect(session.live.ends.contains(.closedByPeer("done")), text)
    }
}

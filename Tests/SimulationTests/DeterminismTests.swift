import Testing
import WireFormat
import rdbench

@Suite struct DeterminismTests {
    /// Hashes over every byte delivered in drawn sessions.
    private func hashes(seed: UInt64, count: Int) throws -> [UInt64] {
        try (0..<count).map { index in
            let sides = Fixture.pair(index, seed: 11)
            var trial = try SessionTrial(
                seed: seed + UInt64(index), host: sides.host, viewer: sides.viewer, identities: Fixture.identities)
            trial.run(for: .seconds(3))
            return trial.simulator.network.traceHash
        }
    }

    @Test func `one seed gives one simulation, hash for hash, and another seed another`() throws {
        let first = try hashes(seed: 1, count: 60)
        let second = try hashes(seed: 1, count: 60)
        let other = try hashes(seed: 5_000, count: 60)
        for index in first.indices {
            #expect(first[index] == second[index], "session \(index)")
            #expect(first[index] != other[index], "session \(index)")
        }
        #expect(Set(first).count == first.count)
    }
}

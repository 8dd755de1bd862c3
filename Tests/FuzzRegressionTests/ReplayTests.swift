import Foundation
import FuzzHarness
import Testing

/// Runs what the fuzzer has found, and what it starts from, through the same functions again.
@Suite("Fuzzed inputs")
struct ReplayTests {
    @Test("are taken without a finding", arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        let inputs = try Corpus.files(of: target)
        #expect(!inputs.isEmpty, "no input in Fixtures/fuzz/\(target)")
        for (name, bytes) in inputs {
            do { try target.run(bytes) } catch { Issue.record("\(name): \(error)") }
        }
    }

    @Test("start from what our encoders write", arguments: FuzzTarget.allCases)
    func seeds(target: FuzzTarget) throws {
        let seeds = target.seeds
        #expect(!seeds.isEmpty)
        for seed in seeds { try target.run(seed) }
    }

    @Test("stay few") func size() throws {
        let total = try FuzzTarget.allCases.reduce(0) { sum, target in
            try Corpus.files(of: target).reduce(sum) { $0 + $1.bytes.count }
        }
        #expect(total < 200_000)
    }
}

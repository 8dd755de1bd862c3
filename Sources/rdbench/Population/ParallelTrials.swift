import Foundation
import NetworkSimulator
import Synchronization

/// Runs the sessions of one case on several threads; the results are in the order of the sessions' numbers, so that
/// how many threads there are changes nothing.
struct ParallelTrials {
    /// More threads gain little: the machines are small, and a laptop should stay usable.
    private static let mostThreads = 8

    let runner: TrialRunner
    let progress: Progress

    private struct State: Sendable {
        var results: [TrialResult?]
        var done = 0
        var failure: (any Error)?
    }

    /// - Parameter seed: what the hosts' registration is drawn from.
    func run(_ plans: [TrialPlan], seed: UInt64) throws -> [TrialResult] {
        guard !plans.isEmpty else { return [] }
        let count = plans.count
        let threads = min(ProcessInfo.processInfo.activeProcessorCount, Self.mostThreads, max(count, 1))
        let state = Mutex(State(results: [TrialResult?](repeating: nil, count: count)))
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            let hosts = runner.makeHosts(seed: seed)
            while let index = take(next, count) {
                do {
                    let result = try runner.run(plans[index], visiting: hosts)
                    let done = state.withLock { state in
                        state.results[index] = result
                        state.done += 1
                        return state.done
                    }
                    progress.step("population \(runner.populationCase.name)", done, of: count)
                } catch {
                    state.withLock { $0.failure = error }
                    return
                }
            }
        }
        let end = state.withLock { $0 }
        if let failure = end.failure { throw failure }
        return end.results.compactMap { $0 }
    }

    private func take(_ next: borrowing Atomic<Int>, _ count: Int) -> Int? {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < count ? index : nil
    }
}

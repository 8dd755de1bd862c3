import Foundation
import Synchronization

/// Does independent pieces of work on several threads; the results are in the order of the pieces, so that how many threads
/// there are changes nothing.
struct ParallelCases {
    /// More threads gain little, and a laptop should stay usable.
    private static let mostThreads = 8

    let name: String
    let progress: Progress

    private struct State<Result: Sendable>: Sendable {
        var results: [Result?]
        var done = 0
    }

    /// - Parameters:
    ///   - makeTools: what a thread has for itself.
    ///   - body: does one piece.
    func map<Piece: Sendable, Tools, Result: Sendable>(
        _ pieces: [Piece], with makeTools: @Sendable () -> Tools, doing body: @Sendable (Piece, inout Tools) -> Result
    ) -> [Result] {
        guard !pieces.isEmpty else { return [] }
        let state = Mutex(State<Result>(results: Array(repeating: nil, count: pieces.count)))
        let next = Atomic(0)
        let threads = min(ProcessInfo.processInfo.activeProcessorCount, Self.mostThreads, pieces.count)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var tools = makeTools()
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < pieces.count else { return }
                let result = body(pieces[index], &tools)
                let done = state.withLock { state in
                    state.results[index] = result
                    state.done += 1
                    return state.done
                }
                progress.step(name, done, of: pieces.count)
            }
        }
        return state.withLock { $0.results.compactMap { $0 } }
    }
}

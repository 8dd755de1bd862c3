import Foundation

/// Hands out the sessions of all pairs, so that no peer is in two at a time.
final class LabSchedule: @unchecked Sendable {
    /// One session: which pair, and the how manieth of it.
    struct Turn: Hashable {
        let pair: Int
        let run: Int

        /// Places take turns in hosting.
        var isSwapped: Bool { run % 2 == 1 }
    }

    /// The namespaces of who is in a session.
    struct Peers {
        let host: String
        let viewer: String

        fileprivate var names: Set<String> { [host, viewer] }
    }

    /// Guards all below.
    private let condition = NSCondition()
    private var pending: [Turn]
    private var busy: Set<String> = []
    private var results: [Turn: LabResult] = [:]
    private var failure: (any Error)?
    private let peers: [[Peers]]

    /// - Parameter peers: who is in the sessions of each pair: as it is, and swapped.
    init(peers: [[Peers]], runs: Int) {
        pending = peers.indices.flatMap { pair in (0..<runs).map { Turn(pair: pair, run: $0) } }
        self.peers = peers
    }

    func peers(of turn: Turn) -> Peers { peers[turn.pair][turn.isSwapped ? 1 : 0] }

    /// The first session whose peers are free; waits for one.
    ///
    /// - Returns: nil if none is left.
    func next() -> Turn? {
        condition.withLock {
            while failure == nil, !pending.isEmpty {
                if let index = pending.firstIndex(where: { busy.isDisjoint(with: peers(of: $0).names) }) {
                    let turn = pending.remove(at: index)
                    busy.formUnion(peers(of: turn).names)
                    return turn
                }
                condition.wait()
            }
            return nil
        }
    }

    /// - Returns: how many are done.
    @discardableResult
    func finish(_ turn: Turn, _ result: Result<LabResult, any Error>) -> Int {
        condition.withLock {
            busy.subtract(peers(of: turn).names)
            switch result {
            case .success(let result): results[turn] = result
            case .failure(let error): failure = error
            }
            condition.broadcast()
            return results.count
        }
    }

    /// When no more are under way: what they came to, and what one of them failed with, after which none began.
    var outcome: (results: [Turn: LabResult], failure: (any Error)?) {
        condition.withLock { (results, failure) }
    }
}

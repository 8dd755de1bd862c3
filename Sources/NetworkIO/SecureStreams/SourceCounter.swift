import Rendezvous
import WireFormat

/// How many connections there are, in all and from each source.
final class SourceCounter {
    private let limit: Int
    private let perSource: Int
    private var count = 0
    private var counts: [SourceNetwork: Int] = [:]

    init(limit: Int, perSource: Int) {
        self.limit = limit
        self.perSource = perSource
    }

    /// Counts one in, if there is room for it.
    ///
    /// - Parameter isProxy: it stands for many sources, and only all together have a limit.
    func accept(_ ip: IPAddress, isProxy: Bool = false) -> Bool {
        let source = SourceNetwork(ip)
        guard count < limit, isProxy || counts[source, default: 0] < perSource else { return false }
        count += 1
        counts[source, default: 0] += 1
        return true
    }

    /// Counts it out again.
    func release(_ ip: IPAddress) {
        let source = SourceNetwork(ip)
        count -= 1
        let rest = (counts[source] ?? 1) - 1
        counts[source] = rest > 0 ? rest : nil
    }
}

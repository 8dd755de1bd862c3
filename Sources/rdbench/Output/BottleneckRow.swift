import Transport

/// The results over one bottleneck, and what they are held to.
package struct BottleneckRow {
    /// Milliseconds that packets may wait whatever CUBIC does.
    static let waitAllowance = 20.0
    static let useWanted = 0.9
    static let shareRatioAllowed = 1.1

    private let results: [CaseResult]

    /// - Parameter results: of one bottleneck, all controllers, one and two streams.
    package init(_ results: [CaseResult]) { self.results = results }

    static func name(of algorithm: CongestionController.Algorithm) -> String {
        switch algorithm {
        case .copa: "copa"
        case .newReno: "reno"
        case .cubic: "cubic"
        }
    }

    func measure(_ name: String, of algorithm: CongestionController.Algorithm, flows: Int) -> JSONValue? {
        results.first {
            $0.measures["controller"]?.text == Self.name(of: algorithm) && $0.measures["flows"] == .integer(flows)
        }?.measures[name]
    }

    /// What 95 % of the packets may wait, in milliseconds: this much, or half of what CUBIC makes them wait.
    package static func waitLimit(cubic: Double) -> Double { max(waitAllowance, cubic / 2) }

    /// What of the goals is missed, in words.
    package var misses: [String] {
        var misses: [String] = []
        let use = measure("link_use", of: .copa, flows: 1)?.double ?? 0
        if use < Self.useWanted { misses.append("use") }
        let wait = measure("queueing_ms", of: .copa, flows: 1)?["p95"]?.double ?? .infinity
        let cubic = measure("queueing_ms", of: .cubic, flows: 1)?["p95"]?.double ?? 0
        if wait > Self.waitLimit(cubic: cubic) { misses.append("queue") }
        let ratio = measure("share_ratio", of: .copa, flows: 2)?.double ?? .infinity
        if ratio > Self.shareRatioAllowed { misses.append("share") }
        return misses
    }
}

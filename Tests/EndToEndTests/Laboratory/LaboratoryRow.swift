import Testing

/// What the laboratory says of one pair.
struct LaboratoryRow {
    let name: String
    let isDirectPossible: Bool
    let directRate: Double
    let failureRate: Double
    let splitSessions: Double

    /// - Returns: nil for a row that is not of one pair.
    init?(_ result: JSON) {
        guard result["suite"]?.string == "lab", let name = result["case"]?.string,
            let isDirectPossible = result["direct_possible"]?.boolean, let directRate = result["direct_rate"]?.number,
            let failureRate = result["failure_rate"]?.number, let splitSessions = result["split_sessions"]?.number
        else { return nil }
        self.name = name
        self.isDirectPossible = isDirectPossible
        self.directRate = directRate
        self.failureRate = failureRate
        self.splitSessions = splitSessions
    }

    func expectWhatTheorySays() {
        #expect(directRate == (isDirectPossible ? 1 : 0), "\(name): \(directRate) of the sessions went direct")
        #expect(failureRate == 0, "\(name): \(failureRate) of the sessions failed")
        #expect(splitSessions == 0, "\(name): \(splitSessions) sessions ended split")
    }
}

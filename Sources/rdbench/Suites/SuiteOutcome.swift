/// What a suite measured, beside what of it could not be measured: one part that fails takes no other with it.
package struct SuiteOutcome {
    package private(set) var results: [CaseResult] = []
    package private(set) var failures: [String] = []
    private let progress: Progress

    package init(_ progress: Progress) { self.progress = progress }

    /// Adds a part's results, or why there are none.
    ///
    /// - Parameter name: begins with the suite's.
    package mutating func add(_ name: String, _ part: () throws -> [CaseResult]) {
        do { results += try part() } catch { fail("\(name): \(error)") }
    }

    /// Tells of it at once: who waits for the rest may want to end it.
    package mutating func fail(_ failure: String) {
        failures.append(failure)
        progress.note(failure)
    }

    package mutating func add(_ other: SuiteOutcome) {
        results += other.results
        failures += other.failures
    }
}

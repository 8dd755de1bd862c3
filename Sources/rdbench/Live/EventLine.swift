/// One JSON line of a program, and when it was read.
struct EventLine: Sendable {
    let name: String
    let fields: JSONValue
    /// On the clock of `ProcessorClock.wallSeconds`.
    let readAt: Double

    subscript(key: String) -> JSONValue? { fields[key] }
}

/// Why a population's text is not one.
public struct PopulationError: Error, Equatable, CustomStringConvertible {
    /// The line, counted from 1; 0 if it is the whole.
    public var line: Int
    public var reason: String

    public var description: String { line == 0 ? reason : "line \(line): \(reason)" }
}

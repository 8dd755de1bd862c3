/// A property that an input broke without a trap.
public struct Finding: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

func require(_ isTrue: Bool, _ property: @autoclosure () -> String) throws(Finding) {
    if !isTrue { throw Finding(property()) }
}

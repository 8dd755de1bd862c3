/// How much of a remote address a rule looks at.
enum Granularity: UInt8, Comparable {
    case any
    case address
    case addressAndPort

    init(_ behavior: MappingBehavior) { self = Self(rawValue: behavior.rawValue) ?? .any }

    init(_ behavior: FilteringBehavior) { self = Self(rawValue: behavior.rawValue) ?? .any }

    static func < (left: Granularity, right: Granularity) -> Bool { left.rawValue < right.rawValue }
}

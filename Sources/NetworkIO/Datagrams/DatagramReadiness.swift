/// What a watched descriptor is ready for.
public struct DatagramReadiness: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let readable = DatagramReadiness(rawValue: 1)
    public static let writable = DatagramReadiness(rawValue: 2)
    /// An error or a hang-up, reported without being asked for.
    public static let failed = DatagramReadiness(rawValue: 4)
}

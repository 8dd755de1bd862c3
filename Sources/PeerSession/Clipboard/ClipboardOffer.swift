/// What a side takes of the other side's selections: nothing is sent of others.
public struct ClipboardOffer: Hashable, Sendable {
    public var selections: Set<SharedSelection>
    /// The longest text, in bytes of UTF-8.
    public var byteLimit: UInt32

    public static let nothing = ClipboardOffer(selections: [], byteLimit: 0)

    /// More than any side takes.
    public static let greatestByteLimit: UInt32 = 64 << 20

    public init(selections: Set<SharedSelection>, byteLimit: UInt32 = 1 << 20) {
        self.selections = selections
        self.byteLimit = min(byteLimit, Self.greatestByteLimit)
    }

    /// Selections of a later version are left out.
    init(bits: UInt8, byteLimit: UInt32) {
        self.init(selections: Set(SharedSelection.allCases.filter { bits & $0.rawValue != 0 }), byteLimit: byteLimit)
    }

    var bits: UInt8 { selections.reduce(0) { $0 | $1.rawValue } }
}

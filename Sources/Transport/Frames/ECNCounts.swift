/// How many packets arrived with each ECN codepoint (RFC 9000 section 19.3.2).
struct ECNCounts: Hashable, Sendable {
    var ect0: UInt64 = 0
    var ect1: UInt64 = 0
    var congestionExperienced: UInt64 = 0

    /// Whether none is smaller than in `earlier` ones.
    func covers(_ earlier: ECNCounts) -> Bool {
        ect0 >= earlier.ect0 && ect1 >= earlier.ect1 && congestionExperienced >= earlier.congestionExperienced
    }

    var isZero: Bool { ect0 == 0 && ect1 == 0 && congestionExperienced == 0 }
}

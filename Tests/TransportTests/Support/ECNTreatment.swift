import WireFormat

/// What a path does to the ECN field of what passes.
enum ECNTreatment: CaseIterable, Sendable {
    case carried
    case cleared
    /// ECT(0) becomes ECT(1), as careless rewriting of the whole byte does.
    case confused
    /// Everything capable comes out as marked.
    case alwaysMarked
    /// What carries a codepoint is lost.
    case dropped

    /// - Returns: nil if the packet is lost.
    func apply(to codepoint: ECNCodepoint) -> ECNCodepoint? {
        guard codepoint != .notCapable else { return codepoint }
        return switch self {
        case .carried: codepoint
        case .cleared: .notCapable
        case .confused: .capable1
        case .alwaysMarked: .congestionExperienced
        case .dropped: nil
        }
    }
}

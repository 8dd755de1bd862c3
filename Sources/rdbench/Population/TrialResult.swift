import NetworkSimulator
import WireFormat

/// What became of one simulated session.
struct TrialResult: Sendable {
    var hostPlace: String
    var viewerPlace: String
    var outcome: SessionOutcome
    /// Milliseconds from the viewer's start, all of them; nil for what did not happen.
    var setup: Double?
    var firstFrame: Double?
    var sharpFrame: Double?
    var directPath: Double?
    /// The median of the round trips over the last path, in milliseconds.
    var roundTrip: Double?
    /// Whether ICE alone, and whether any method, could go direct.
    var isDirectByICE: Bool
    var isDirectByAny: Bool
    /// Whether both sides agree on direct or relayed.
    var isSplit: Bool
    var traceHash: UInt64
}

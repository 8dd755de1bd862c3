import Foundation
import Rendezvous

/// The whole server at one moment, for the metrics and the operator's page.
struct ServerFigures: Sendable {
    var startedAt: Date
    var isDraining: Bool
    var signaling: ServerStatistics
    var relay: RelayFigures?
    var audit: AuditStatistics?
    /// Nil without a policy.
    var policy: PolicyDesk.Figures?
    var process: ProcessFigures
}

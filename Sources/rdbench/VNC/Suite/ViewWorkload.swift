import ArgumentParser

/// What is measured of a peer.
enum ViewWorkload: String, CaseIterable, Sendable {
    /// The first whole picture of an office screen, and of a photo.
    case first
    case terminal, page, drag, video, typing
    /// From a key to the pixels that it changes, on a screen at rest and beside a film.
    case keys
    /// What a screen at rest costs.
    case idle
    /// Small changes on a large display, without a session: how long Beeline takes to find them.
    case capture

    /// What is drawn, where it is a matter of drawing.
    var drawing: DrawingKind? { DrawingKind(rawValue: rawValue) }

    static func list(_ text: String) throws -> [ViewWorkload] {
        try text.split(separator: ",").map { name in
            guard let workload = ViewWorkload(rawValue: String(name)) else {
                throw ValidationError(
                    "There is no workload '\(name)'; these exist: \(allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return workload
        }
    }
}

extension BenchLink {
    static func list(_ text: String) throws -> [BenchLink] {
        try text.split(separator: ",").map { name in
            guard let link = BenchLink(rawValue: String(name)) else {
                throw ValidationError("There is no way '\(name)'; there are loopback and link.")
            }
            return link
        }
    }
}

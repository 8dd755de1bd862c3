import ArgumentParser

/// When a viewer writes the picture it sees.
enum SnapshotMoment: String, ExpressibleByArgument, CaseIterable {
    /// As soon as the picture equals the host's, pixel for pixel.
    case sharp
    /// As soon as every part of the screen was seen.
    case first
    /// When the session ends.
    case end
}

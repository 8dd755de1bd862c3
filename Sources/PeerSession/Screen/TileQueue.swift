/// What is to be done about a tile, in the order in which it is done.
package enum TileQueue: Int, CaseIterable, Sendable {
    /// A small change: most likely what the user did just now.
    case small
    /// Other changes: text, or what was never sent.
    case drawn
    /// Changes of what has many colours.
    case photo
    /// Changes of what changes all the time.
    case moving
    /// Shown coarsely, and at rest: better pixels are to come.
    case coarse
    /// Shown well, and at rest: the exact pixels are to come.
    case good
    /// Shown coarsely for as long as it moves.
    case awaitingRest
    /// Sent as it is.
    case clean

    /// The viewer shows something else than the screen does now.
    var isDirty: Bool { rawValue <= TileQueue.moving.rawValue }
}

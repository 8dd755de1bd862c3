/// What a change of a tile that changes all the time says of the path.
package enum MotionSign: Sendable {
    /// The change before is still to go out.
    case late
    /// The change before is shown coarsely.
    case coarse
    /// The change before went out exactly.
    case exactInTime
}

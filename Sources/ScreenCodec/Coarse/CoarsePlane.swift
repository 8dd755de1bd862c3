/// The three planes of a coarse tile: brightness, orange against blue, green against both.
///
/// Y = (R + G + B) / 3, O = (R - B) / 2, G' = (2 G - R - B) / 6, so that R = Y + O - G', G = Y + 2 G', B = Y - O - G'. The three
/// are orthogonal: the squared error of a pixel's colours is 3 Y^2 + 2 O^2 + 6 G'^2 of the planes' errors.
enum CoarsePlane: Int, CaseIterable {
    case brightness = 0
    case orange = 1
    case green = 2

    /// What a unit of squared error in the plane adds to that of the colours.
    @inline(__always)
    var weight: Float {
        switch self {
        case .brightness: 3
        case .orange: 2
        case .green: 6
        }
    }

    /// A quarter of a step of brightness counts so many times: finer where an error weighs more.
    @inline(__always)
    var stepQuarters: Int {
        switch self {
        case .brightness: 4
        case .orange: 5
        case .green: 3
        }
    }

    /// Brightness has models of its own, the colours share theirs.
    @inline(__always)
    var modelSet: Int { self == .brightness ? 0 : 1 }

    /// Where its numbers begin.
    @inline(__always)
    var start: Int { rawValue &* 256 }
}

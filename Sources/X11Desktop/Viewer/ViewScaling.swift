/// How a remote screen is shown in a window of another size.
public enum ViewScaling: Hashable, Sendable {
    /// As large as fits, with its aspect kept.
    case fit
    /// Pixel for pixel; what does not fit is reached by moving the pointer towards it.
    case original
}

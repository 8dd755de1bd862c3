/// What a body's coarse tiles have taught so far: the next one is like the last.
struct CoarseState {
    var scale = CoarseScale.initial
    /// The mean of each plane, in steps; at first a middle grey.
    var means: [3 of Int] = [64, 0, 0]
}

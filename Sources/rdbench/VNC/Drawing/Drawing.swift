/// Something on a display that changes step by step, each of which ends with the mark in its colour.
protocol Drawing: AnyObject {
    /// How many pixels a step may change.
    var pixelsPerStep: Int { get }
    func draw(_ step: Int) throws(BenchFailure)
    /// Takes it away.
    func end()
}

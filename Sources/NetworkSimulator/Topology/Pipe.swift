import WireFormat

/// A reliable, ordered connection between two hosts, for signaling.
struct Pipe {
    var hosts: (Int, Int)
    var delay: Int64
    var isOpen = true
    /// Messages sent before the last cut are lost.
    var generation: UInt32 = 0
}

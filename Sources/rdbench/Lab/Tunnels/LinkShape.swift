import WireFormat

/// What a narrow and lossy link does to packets of one direction.
package struct LinkShape: Sendable {
    let bitsPerSecond: Int64
    /// The share of packets that are lost, each by chance alone.
    let loss: Double
    /// What waits longer than this is dropped.
    let queue: Interval

    package init(bitsPerSecond: Int64, loss: Double, queue: Interval) {
        self.bitsPerSecond = bitsPerSecond
        self.loss = loss
        self.queue = queue
    }
}

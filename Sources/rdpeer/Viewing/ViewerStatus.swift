import WireFormat

/// What the status line of a viewer's window says, measured from one line to the next.
struct ViewerStatus {
    private var since: Instant?
    private var framesBefore: UInt64 = 0
    private var bytesBefore: UInt64 = 0
    private var rates: (frames: Double, bytes: Double) = (0, 0)

    /// Takes the counts of now; frames and bytes a second are those since the last call.
    mutating func measure(frames: UInt64, bytes: UInt64, at now: Instant) {
        if let since, now > since {
            let seconds = (now - since).seconds
            rates = (Double(frames &- framesBefore) / seconds, Double(bytes &- bytesBefore) / seconds)
        }
        (since, framesBefore, bytesBefore) = (now, frames, bytes)
    }

    func text(_ summary: SessionSummary, exactShare: Double) -> String {
        let meter = summary.meter
        var parts = [meter.isPathLost ? "no path" : meter.pathName ?? "connecting"]
        if let middle = meter.roundTripMilliseconds(percentile: 50),
            let high = meter.roundTripMilliseconds(percentile: 95)
        {
            parts.append("\(SessionSummary.text(middle)) ms (p95 \(SessionSummary.text(high)))")
        }
        let (sent, received) = (summary.figures.bytesSent, summary.figures.bytesReceived)
        let rate = SessionSummary.text(bytes: UInt64(max(0, rates.bytes)))
        parts.append("in \(SessionSummary.text(bytes: received)), \(rate)/s")
        parts.append("out \(SessionSummary.text(bytes: sent))")
        parts.append("\(Int(rates.frames.rounded())) frames/s")
        // Less than all is never rounded up to all.
        parts.append(exactShare >= 1 ? "exact" : "\(min(99, Int(exactShare * 100))) % exact")
        return parts.joined(separator: " | ")
    }
}

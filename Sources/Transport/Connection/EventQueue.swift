import WireFormat

/// Events waiting to be polled, in constant memory: streams as bits, samples in a short ring whose oldest give way.
struct EventQueue: Sendable {
    private var readable: UInt16 = 0
    private var samples: [16 of Interval] = InlineArray(repeating: .zero)
    private var firstSample = 0
    private var sampleCount = 0
    private var closed: (reason: CloseReason, by: Connection.Closer)?

    mutating func streamReadable(_ stream: StreamIdentifier) { readable |= 1 << UInt16(stream.rawValue) }

    mutating func rttSample(_ sample: Interval) {
        if sampleCount == samples.count {
            firstSample = (firstSample + 1) % samples.count
            sampleCount -= 1
        }
        samples[(firstSample + sampleCount) % samples.count] = sample
        sampleCount += 1
    }

    mutating func closed(_ reason: CloseReason, by closer: Connection.Closer) { closed = (reason, closer) }

    mutating func next() -> Connection.Event? {
        if sampleCount > 0 {
            defer {
                firstSample = (firstSample + 1) % samples.count
                sampleCount -= 1
            }
            return .rttSample(samples[firstSample])
        }
        if let stream = Self.takeLowest(&readable) { return .streamReadable(stream) }
        if let end = closed.take() { return .closed(end.reason, by: end.by) }
        return nil
    }

    private static func takeLowest(_ bits: inout UInt16) -> StreamIdentifier? {
        guard bits != 0 else { return nil }
        let lowest = UInt8(bits.trailingZeroBitCount)
        bits &= bits - 1
        return StreamIdentifier(lowest)
    }
}

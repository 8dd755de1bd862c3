public import WireFormat

/// The simulator's access to packet buffers.
extension SimulatedNetwork {
    @usableFromInline
    func withBytes(of slot: Int, _ body: (Span<UInt8>) -> Void) { pool.withBytes(of: slot, body) }

    @usableFromInline
    func ecn(of slot: Int) -> ECNCodepoint { pool[slot].ecn }

    @usableFromInline
    mutating func release(_ slot: Int) { pool.release(slot) }

    /// Lets `fill` write a packet and sends it; false if it had none.
    @usableFromInline
    mutating func send(
        from host: Int, _ fill: (inout OutputSpan<UInt8>, _ ecn: inout ECNCodepoint) -> Path?
    ) -> Bool {
        let slot = pool.allocate()
        var ecn = ECNCodepoint.notCapable
        guard let path = pool.write(into: slot, { fill(&$0, &ecn) }) else {
            pool.release(slot)
            return false
        }
        pool[slot].ecn = ecn
        transmit(slot: slot, from: host, over: path)
        return true
    }
}

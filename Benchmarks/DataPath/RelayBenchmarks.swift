import Benchmark

/// A payload from a client to a peer and one back, as the relay takes them from one buffer and writes them to the next.
func relayBenchmarks() {
    for payloadBytes in [100, 1_200] {
        Benchmark("relay: \(payloadBytes) bytes to a peer and back") { benchmark in
            guard var pair = RelayPair(payloadBytes: payloadBytes) else { return benchmark.error("no channel") }
            let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2_048)
            defer { memory.deallocate() }
            guard pair.round(through: memory) == 2 * payloadBytes + 4 else { return benchmark.error("not forwarded") }
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { blackHole(pair.round(through: memory)) }
        }
    }
}

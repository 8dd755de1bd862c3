import Benchmark
import Transport
import WireFormat

/// A packet with screen content from one connection into the other, with the acknowledgements it causes.
func transportBenchmarks() {
    Benchmark("transport: a packet and its acknowledgement") { benchmark in
        var ends = ConnectionPair()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { ends.round() }
        blackHole(ends.packets)
    }
}

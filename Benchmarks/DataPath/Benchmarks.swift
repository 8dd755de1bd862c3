import Benchmark

/// What a datagram costs on its way: each room alone, with the same amounts of data that a session has.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .cpuTotal, .throughput, .mallocCountTotal], warmupIterations: 3, scalingFactor: .kilo,
        maxDuration: .seconds(2), maxIterations: 1_000)
    codecBenchmarks()
    recordBenchmarks()
    relayBenchmarks()
    stunBenchmarks()
    transportBenchmarks()
    randomBenchmarks()
    simulatorBenchmarks()
}

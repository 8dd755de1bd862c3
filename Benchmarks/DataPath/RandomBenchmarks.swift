import Benchmark
import WireFormat

func randomBenchmarks() {
    Benchmark("random: 64 bits") { benchmark in
        var random = SeededRandom(seed: 1)
        for _ in benchmark.scaledIterations { blackHole(random.next()) }
    }
}

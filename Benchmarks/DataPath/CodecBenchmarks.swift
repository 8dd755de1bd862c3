import Benchmark
import ScreenCodec

/// One scaled iteration is one frame of the test picture, 640x480.
func codecBenchmarks() {
    let configuration = Benchmark.Configuration(scalingFactor: .one)

    Benchmark("codec: compare a frame", configuration: configuration) { benchmark in
        var film = Film()
        var encoder = Encoder(width: Film.width, height: Film.height)
        for _ in benchmark.scaledIterations {
            let damage = film.next()
            benchmark.startMeasurement()
            blackHole(film.changedTiles(damage, in: &encoder).count)
            benchmark.stopMeasurement()
        }
    }

    Benchmark("codec: encode a frame", configuration: configuration) { benchmark in
        var film = Film()
        var encoder = Encoder(width: Film.width, height: Film.height)
        _ = film.changedTiles(film.next(), in: &encoder)
        for _ in benchmark.scaledIterations {
            let tiles = film.changedTiles(film.next(), in: &encoder)
            benchmark.startMeasurement()
            blackHole(Film.encode(tiles, with: &encoder).count)
            benchmark.stopMeasurement()
        }
    }

    Benchmark("codec: decode a frame", configuration: configuration) { benchmark in
        var film = Film()
        var encoder = Encoder(width: Film.width, height: Film.height)
        var decoder = Decoder()
        var version: UInt64 = 0
        _ = film.changedTiles(film.next(), in: &encoder)
        for _ in benchmark.scaledIterations {
            let bodies = Film.encode(film.changedTiles(film.next(), in: &encoder), with: &encoder)
            benchmark.startMeasurement()
            for body in bodies {
                version += 1
                blackHole(try? decoder.decode(body.span, version: version))
            }
            benchmark.stopMeasurement()
        }
    }
}

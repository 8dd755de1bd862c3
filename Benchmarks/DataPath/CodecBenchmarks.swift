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

    Benchmark("codec: find and make the moves of a scrolled frame", configuration: configuration) { benchmark in
        var film = Film()
        let whole = film.next()
        let pixels = film.pixels
        var encoder = Encoder(width: Film.width, height: Film.height)
        // Up and down by 24 rows.
        let rows = 24 * Film.width
        let scrolled = Array(pixels[rows...] + pixels[..<rows])
        _ = film.changedTiles(whole, in: &encoder)
        for iteration in benchmark.scaledIterations {
            let next = iteration % 2 == 0 ? scrolled : pixels
            benchmark.startMeasurement()
            let found = encoder.findMoves(in: next.span, stride: Film.width, damage: whole)
            for area in found?.areas ?? [] {
                encoder.make(Move(area: area, deltaX: found?.deltaX ?? 0, deltaY: found?.deltaY ?? 0, number: 0))
            }
            benchmark.stopMeasurement()
            encoder.update(from: next.span, stride: Film.width, damage: whole[0]) { blackHole($0) }
        }
    }
}

import ScreenCodec

/// Frames of a screen to be encoded.
struct CodecWorkload {
    enum Source {
        case recording(path: String, [UInt8])
        case testPicture(width: Int, height: Int, frames: Int)
    }

    /// Short recordings are played again until this much processor time was measured.
    private static let enoughNanoseconds: UInt64 = 250_000_000
    private static let mostPasses = 20

    let name: String
    let source: Source

    func measure(seed: UInt64) throws(BenchFailure) -> CodecFigures {
        switch source {
        case .recording(let path, let bytes): return try measure(recording: bytes, path: path)
        case .testPicture(let width, let height, let frames):
            return measure(width: width, height: height, frames: frames, seed: seed)
        }
    }

    private func measure(recording bytes: [UInt8], path: String) throws(BenchFailure) -> CodecFigures {
        do {
            var recording = try Recording(bytes.span)
            var meter = CodecMeter(width: recording.width, height: recording.height)
            for _ in 0..<Self.mostPasses where meter.measuredNanoseconds < Self.enoughNanoseconds {
                recording = try Recording(bytes.span)
                try play(&recording, into: &meter)
            }
            return meter.figures
        } catch {
            throw .badFixture(path, reason: "\(error)")
        }
    }

    private func play(_ recording: inout Recording, into meter: inout CodecMeter) throws(Recording.Failure) {
        var picture = [UInt32](repeating: 0, count: recording.width * recording.height)
        meter.beginPass()
        var damage: [Rectangle] = []
        while true {
            damage.removeAll(keepingCapacity: true)
            var pixels = picture.mutableSpan
            guard try recording.drawNext(into: &pixels, damage: { damage.append($0) }) else {
                return meter.endPass(showing: picture.span)
            }
            meter.measure(picture.span, damage: damage)
        }
    }

    private func measure(width: Int, height: Int, frames: Int, seed: UInt64) -> CodecFigures {
        var film = TestPicture(width: width, height: height, seed: seed)
        var meter = CodecMeter(width: width, height: height)
        var picture = [UInt32](repeating: 0, count: width * height)
        meter.beginPass()
        for _ in 0..<frames {
            var damage: [Rectangle] = []
            var pixels = picture.mutableSpan
            film.drawNext(into: &pixels) { damage.append($0) }
            meter.measure(picture.span, damage: damage)
        }
        meter.endPass(showing: picture.span)
        return meter.figures
    }
}

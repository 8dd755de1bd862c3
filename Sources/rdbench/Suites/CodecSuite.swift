import ScreenCodec

/// Encodes and decodes recorded screens, one processor core, no network.
struct CodecSuite {
    private static let generatedFolder = "generated"
    private static let committedFolder = "codec"

    let context: SuiteContext

    func run() throws -> [CaseResult] {
        let workloads = try workloads()
        var results: [CaseResult] = []
        for (index, workload) in workloads.enumerated() {
            context.progress.step("codec", index, of: workloads.count)
            var result = CaseResult(suite: .codec, name: workload.name, seed: context.seed)
            result.codec = try workload.measure(seed: context.seed)
            results.append(result)
        }
        var coarse = CoarseMeter(seed: context.seed)
        results.append(coarse.measure(seed: context.seed))
        context.progress.note("codec: \(results.count) workloads")
        return results
    }

    private func workloads() throws -> [CodecWorkload] {
        let recordings = try [Self.committedFolder, Self.generatedFolder].flatMap { folder in
            try context.fixtures.names(in: folder, ending: ".bltrace").map { name in
                CodecWorkload(
                    name: String(name.dropLast(".bltrace".count)),
                    source: .recording(path: "\(folder)/\(name)", try context.fixtures.bytes("\(folder)/\(name)")))
            }
        }
        return recordings + [
            CodecWorkload(name: "test-640x480", source: .testPicture(width: 640, height: 480, frames: 60)),
            CodecWorkload(name: "test-1920x1080", source: .testPicture(width: 1_920, height: 1_080, frames: 24)),
        ]
    }

    func notes(on results: [CaseResult]) -> [String] {
        var notes = [
            "codec: bytes per frame are contents of datagrams, of the frames after the first that changed; megapixels are those "
                + "of changed tiles, over the processor time of encoding or decoding them alone, without that of reading the "
                + "clock; a screenful is as many pixels "
                + "as the screen has, in the rectangles around what changed in each frame, and host ms are comparing, finding moves "
                + "and encoding; "
                + "CPU per frame is comparing, encoding and decoding together on one core. Frames come 60 times a second over "
                + "a path that takes all, and each is compared with its capture, pixel by pixel, once all is sent: "
                + "\(Self.exactness(of: results))."
        ]
        if let coarse = results.first(where: { $0.name == CoarseMeter.name }) { notes.append(Self.note(on: coarse)) }
        if context.fixtures.names(in: Self.generatedFolder, ending: ".bltrace").isEmpty {
            notes.append(
                "codec: the large recordings (1920x1080) are not there, so only the small committed ones and the test "
                    + "picture were measured; Fixtures/codec/generate records them (it needs Xvfb, xterm and ImageMagick)."
            )
        }
        return notes
    }

    private static func note(on coarse: CaseResult) -> String {
        func figure(_ name: String) -> String { coarse.measures[name]?.double.map(Figure.short) ?? "" }
        return "codec: the first picture of a photo, drawn from the seed, goes coarsely before its exact pixels: "
            + "\(Figure.grouped(coarse.codec?.firstFrameBytes ?? 0)) bytes at \(figure("psnr_db")) dB, "
            + "\(figure("worst_tile_psnr_db")) in the worst tile, encoded in \(figure("encode_cpu_ms")) ms and decoded in "
            + "\(figure("decode_cpu_ms")) ms of one core."
    }

    private static func exactness(of all: [CaseResult]) -> String {
        let results = all.filter { $0.name != CoarseMeter.name }
        let inexact = results.filter { $0.codec?.isLossless == false }.map(\.name)
        guard inexact.isEmpty else { return "not exact in \(inexact.joined(separator: ", "))" }
        let coarse = results.compactMap { result in
            result.codec.flatMap { codec in
                codec.coarseFrames == 0
                    ? nil
                    : "\(codec.coarseFrames) frames of \(result.name) (\(Figure.grouped(codec.bytesAtRest)) bytes more at rest)"
            }
        }
        return coarse.isEmpty
            ? "all \(results.count) workloads are exact in every frame"
            : "all \(results.count) workloads are exact at rest; coarse while they moved were "
                + coarse.joined(separator: ", ")
    }
}

import Foundation
import ScreenCodec
import ScreenCodecOracle
import Testing
import WireFormat

@Suite("Recorded screens")
struct RecordingTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/codec")

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: name + ".bltrace")))
    }

    @Test("Every frame arrives to the bit, through the oracle too", arguments: ["terminal", "page", "drag"])
    func roundTrip(name: String) throws {
        let bytes = try bytes(name)
        var recording = try Recording(bytes.span)
        var pixels = [UInt32](repeating: 0, count: recording.width * recording.height)
        var encoder = Encoder(width: recording.width, height: recording.height)
        var decoder = Decoder()
        var version: UInt64 = 0
        var frames = 0
        while try next(&recording, &pixels) {
            let changed = encoder.update(whole: pixels)
            for body in encoder.bodies(frames == 0 ? encoder.allTiles : changed) {
                version += 1
                let result = decoder.result(of: body, version: version)
                #expect(result == .success(try NaiveDecoder(body).tiles.count))
            }
            #expect(decoder.picture == colours(pixels))
            frames += 1
        }
        #expect(frames == recording.frameCount && frames > 2)
    }

    private func next(_ recording: inout Recording, _ pixels: inout [UInt32]) throws -> Bool {
        var span = pixels.mutableSpan
        return try recording.drawNext(into: &span) { _ in }
    }

    @Test("Broken recordings are refused", arguments: 0..<300)
    func mutated(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var bytes = try bytes("drag")
        for _ in 0..<3 { bytes[Int(random.next() % 2_000)] = UInt8(truncatingIfNeeded: random.next()) }
        if seed % 3 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
        // A header that asks for gigabytes is the caller's to refuse.
        guard var recording = try? Recording(bytes.span), recording.width * recording.height < 1 << 24 else { return }
        var pixels = [UInt32](repeating: 0, count: recording.width * recording.height)
        while (try? next(&recording, &pixels)) == true {}
    }

    @Test("What is no recording")
    func others() {
        for bytes in [[], Array("BLTRACE1".utf8), Array("BLTRACE2".utf8) + [0, 1, 0, 1, 0, 1]] as [[UInt8]] {
            let span = bytes.span
            let isRefused: Bool
            do throws(Recording.Failure) {
                _ = try Recording(span)
                isRefused = false
            } catch { isRefused = true }
            #expect(isRefused)
        }
    }
}

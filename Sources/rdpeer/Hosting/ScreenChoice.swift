import ArgumentParser
import ScreenCodec

/// What `--screen` asks for: `test:1920x1080`, or `test:1920x1080@30` with the frames a second.
struct ScreenChoice: ExpressibleByArgument, Equatable {
    let width: Int
    let height: Int
    let framesPerSecond: Int

    init?(argument: String) {
        guard argument.hasPrefix("test:") else { return nil }
        let parts = argument.dropFirst(5).split(separator: "@", omittingEmptySubsequences: false)
        let sides = (parts.first ?? "").split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count <= 2, sides.count == 2, let width = sides[0], let height = sides[1],
            (1...8_192).contains(width), (1...8_192).contains(height),
            width * height <= Decoder.Limits().maximumPixelCount,
            let rate = parts.count == 2 ? Int(parts[1]) : 30, (0...240).contains(rate)
        else { return nil }
        (self.width, self.height, framesPerSecond) = (width, height, rate)
    }
}

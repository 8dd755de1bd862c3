import Testing
import X11Desktop

/// Compares pictures; tells where they begin to differ, since a list of all differences would take for ever.
func expectSame(_ found: [UInt32], _ wanted: [UInt32], sourceLocation: SourceLocation = #_sourceLocation) {
    guard found != wanted else { return }
    let difference = zip(found, wanted).enumerated().first { $1.0 != $1.1 }.map {
        "pixel \($0.offset) is \(String($0.element.0, radix: 16)), not \(String($0.element.1, radix: 16))"
    }
    Issue.record(
        "\(found.count) of \(wanted.count) pixels; \(difference ?? "no other difference")",
        sourceLocation: sourceLocation)
}

/// What was captured, row after row, without the undefined byte.
func words(_ capture: ScreenCapture) -> [UInt32] {
    capture.withPixels { pixels, stride in
        pixels.withUnsafeBufferPointer { words in
            var result: [UInt32] = []
            result.reserveCapacity(capture.width * capture.height)
            for y in 0..<capture.height {
                for x in 0..<capture.width { result.append(words[y * stride + x] & 0xFF_FFFF) }
            }
            return result
        }
    }
}

import ScreenCodec
import WireFormat

/// How good a picture of what moves the path takes at the rate at which it moves: worse at once when a frame is not out
/// before the next, better step by step when many are.
struct MotionQuality {
    private(set) var quality = CoarseQuality.lowest
    private var framesInTime = 0
    /// Frames in time before the next step up: twice as many after each one that was too much.
    private var patience = MotionQuality.leastPatience
    private var worsenedAt: Instant?

    private static let leastPatience = 8
    private static let mostPatience = 256
    /// The parts of one frame count once.
    private static let pause = Interval.milliseconds(50)

    mutating func frameWasSent() {
        framesInTime += 1
        guard framesInTime >= patience else { return }
        framesInTime = 0
        quality = quality.better
    }

    mutating func frameWasLate(at now: Instant) {
        framesInTime = 0
        if let worsenedAt, now < worsenedAt + Self.pause { return }
        worsenedAt = now
        guard quality > .lowest else { return }
        quality = quality.worse
        patience = min(patience * 2, Self.mostPatience)
    }
}

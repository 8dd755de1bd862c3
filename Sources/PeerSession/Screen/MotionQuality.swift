import ScreenCodec
import WireFormat

/// How good a picture of what moves the path takes at the rate at which it moves: worse at once when a frame is not out
/// before the next, better step by step when many are, and exact where even exact frames are.
struct MotionQuality {
    /// Nil for exact pixels.
    private(set) var quality: CoarseQuality? = .lowest
    private var framesInTime = 0
    /// Frames in time before the next step up: twice as many after each one that was too much.
    private var patience = MotionQuality.leastPatience
    private var worsenedAt: Instant?

    private static let leastPatience = 8
    private static let mostPatience = 256
    /// The parts of one frame count once.
    private static let pause = Interval.milliseconds(50)

    /// Something begins to move.
    ///
    /// - Parameter isExact: so far the exact pixels of each change were out before the next.
    mutating func begin(isExact: Bool) {
        guard isExact else { return }
        quality = nil
        framesInTime = 0
    }

    /// - Parameter mayBeExact: the path seems to take the exact pixels.
    mutating func frameWasSent(mayBeExact: Bool) {
        framesInTime += 1
        guard framesInTime >= patience, let present = quality else { return }
        framesInTime = 0
        if present < .highest { quality = present.better } else if mayBeExact { quality = nil }
    }

    /// Frames were late for want of a path, not of its width: what is coarse is about to be exact again, if that fits.
    mutating func forgive() {
        framesInTime = 0
        patience = Self.leastPatience
        if quality != nil { quality = .highest }
    }

    mutating func frameWasLate(at now: Instant) {
        framesInTime = 0
        if let worsenedAt, now < worsenedAt + Self.pause { return }
        worsenedAt = now
        guard quality != .lowest else { return }
        quality = quality?.worse ?? .highest
        patience = min(patience * 2, Self.mostPatience)
    }
}

import PeerSession
import ScreenCodec
import WireFormat

/// A desk with text on it, a video in a window and somebody who types beside it.
struct Desk {
    static let width = 1_280
    static let height = 800
    private static let framesPerSecond = 30
    private static let film = PhotoPicture(width: 1_200, height: 700, seed: 9).pixels()
    private static let video = Rectangle(x: 600, y: 100, width: 640, height: 360)

    private(set) var waits: [Double] = []
    /// Keys that were not seen before the next one.
    private(set) var missed = 0
    private(set) var framesDrawn = 0
    private(set) var framesSeen = 0
    var link: ScreenLink

    private var keys = 0
    private var pending: (area: Rectangle, since: Instant)?
    private var lastPixel: UInt32 = 0

    let all = Rectangle(x: 0, y: 0, width: width, height: height)

    init(megabitsPerSecond: Double, loss: Double, seed: UInt64 = 3) {
        var desk = [UInt32](repeating: 0xFFEE_EEEE, count: Self.width * Self.height)
        for index in desk.indices {
            let (y, x) = index.quotientAndRemainder(dividingBy: Self.width)
            if x / 8 % 3 == 1, y / 12 % 2 == 0 { desk[index] = 0xFF20_2020 }
        }
        link = ScreenLink(
            desk, width: Self.width, height: Self.height, megabitsPerSecond: megabitsPerSecond, loss: loss, seed: seed)
        link.run(until: .zero + .seconds(2)) { $0.sharpFrame != nil }
        // The video runs for a while before anybody types: the path's rate is found by then.
        play(until: link.now + .seconds(1), from: link.now, isTyping: false)
        framesDrawn = 0
        framesSeen = 0
    }

    mutating func work(seconds: Int64) { play(until: link.now + .seconds(seconds), from: link.now, isTyping: true) }

    private mutating func play(until end: Instant, from start: Instant, isTyping: Bool) {
        var frame = 0
        var key = 0
        while link.now < end {
            let nextFrame = start + .nanoseconds(Int64(frame) * 1_000_000_000 / Int64(Self.framesPerSecond))
            let nextKey = isTyping ? start + .milliseconds(Int64(7 + key * 131)) : end + .seconds(1)
            watch(until: min(nextFrame, nextKey))
            if nextFrame <= nextKey {
                frame += 1
                drawFrame()
            } else {
                key += 1
                type()
            }
        }
    }

    private mutating func watch(until moment: Instant) {
        var (seen, last, waited) = (0, lastPixel, pending)
        var wait: Double?
        link.run(until: moment) { link in
            let pixel = link.pixel(x: Self.video.x + 320, y: Self.video.y + 180)
            if pixel != last { seen += 1 }
            last = pixel
            if let key = waited, link.shows(key.area) {
                wait = (link.now - key.since).milliseconds
                waited = nil
            }
            return false
        }
        framesSeen += seen
        if let wait { waits.append(wait) }
        (lastPixel, pending) = (last, waited)
    }

    private mutating func drawFrame() {
        let number = framesDrawn
        framesDrawn += 1
        link.draw(Self.video) { x, y in Self.film[(y + number * 2 % 300) * 1_200 + x + number * 3 % 500] }
    }

    private mutating func type() {
        if pending != nil { missed += 1 }
        let number = keys
        keys += 1
        let area = Rectangle(x: 16 + number % 60 * 8, y: 600, width: 8, height: 14)
        link.draw(area) { x, y in (x * 7 + y * 3 + number) % 5 < 2 ? 0xFF00_0000 : 0xFFFF_FFFF }
        pending = (area, link.now)
    }
}

import Foundation

/// A VNC viewer without a window (RFC 6143): asks for updates without pause and counts what comes.
final class RFBClient: @unchecked Sendable {
    private static let incremental: [UInt8] = [3, 1]
    private static let whole: [UInt8] = [3, 0]

    private let stream: RFBStream
    private let width: Int
    private let height: Int
    private let place: MarkPlace
    /// Guards what is below.
    private let condition = NSCondition()
    private var markCount = 0
    private var lastMarkAt = 0.0
    private var bytes = 0
    private var failure: BenchFailure?

    /// Milliseconds from connecting to the first whole picture.
    let firstFrameMilliseconds: Double

    /// Connects, and waits for the whole screen.
    init(address: String, port: Int, encoding: RFBEncoding, place: MarkPlace) throws(BenchFailure) {
        let start = ProcessorClock.wallSeconds
        self.place = place
        stream = try RFBStream(address: address, port: port)
        (width, height) = try Self.shakeHands(stream)
        try Self.setUp(stream, encoding)
        try stream.write(Self.whole + Self.area(width, height))
        var pixels = 0
        while pixels < width * height {
            pixels += try Self.readUpdate(stream).reduce(0) { $0 + $1.width * $1.height }
            if pixels < width * height { try stream.write(Self.incremental + Self.area(width, height)) }
        }
        firstFrameMilliseconds = (ProcessorClock.wallSeconds - start) * 1_000
        bytes = stream.bytesReceived
    }

    /// Goes on asking, on a thread of its own.
    func follow() {
        Thread.detachNewThread { [self] in
            do {
                while true {
                    try stream.write(Self.incremental + Self.area(width, height))
                    let rectangles = try Self.readUpdate(stream)
                    let now = ProcessorClock.wallSeconds
                    condition.withLock {
                        bytes = stream.bytesReceived
                        if rectangles.contains(where: { $0.meets(place) }) {
                            markCount += 1
                            lastMarkAt = now
                            condition.broadcast()
                        }
                    }
                }
            } catch {
                condition.withLock {
                    failure = error as? BenchFailure ?? .noView("\(error)")
                    condition.broadcast()
                }
            }
        }
    }

    func stop() { stream.shutDown() }

    var bytesReceived: Int { condition.withLock { bytes } }

    /// How many updates touched the mark.
    var marks: Int { condition.withLock { markCount } }

    /// Waits for one more than `seen` updates that touch the mark.
    ///
    /// - Returns: when it was there.
    func waitForMark(after seen: Int, seconds: Double) throws(BenchFailure) -> Double {
        let limit = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while markCount <= seen {
            if let failure { throw failure }
            if !condition.wait(until: limit) { throw .noView("no update in \(Figure.short(seconds)) s") }
        }
        return lastMarkAt
    }

    func press(keysym: UInt32) throws(BenchFailure) {
        for isDown: UInt8 in [1, 0] {
            try stream.write([4, isDown, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: keysym >> (24 - 8 * $0)) })
        }
    }

    private static func area(_ width: Int, _ height: Int) -> [UInt8] {
        [0, 0, 0, 0] + [width, height].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    /// Protocol 3.8, security type 1 (none), a shared session.
    private static func shakeHands(_ stream: RFBStream) throws(BenchFailure) -> (width: Int, height: Int) {
        try stream.skip(12)
        try stream.write(Array("RFB 003.008\n".utf8))
        let types = try stream.take(Int(try stream.byte()))
        guard types.contains(1) else { throw .noView("the server wants a password") }
        try stream.write([1])
        guard try stream.long() == 0 else { throw .noView("the server refused") }
        try stream.write([1])
        let size = (try stream.word(), try stream.word())
        try stream.skip(16)
        try stream.skip(try stream.long())
        return size
    }

    /// 32 bits a pixel, blue lowest, as both ends have it anyway; then the encodings.
    private static func setUp(_ stream: RFBStream, _ encoding: RFBEncoding) throws(BenchFailure) {
        try stream.write([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0])
        let numbers = encoding.numbers
        try stream.write(
            [2, 0, 0, UInt8(numbers.count)]
                + numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } })
    }

    /// Reads messages up to the end of the next update.
    private static func readUpdate(_ stream: RFBStream) throws(BenchFailure) -> [RFBRectangle] {
        while true {
            switch try stream.byte() {
            case 0:
                try stream.skip(1)
                let count = try stream.word()
                var rectangles: [RFBRectangle] = []
                // With a last rectangle announced the count is 65535.
                while rectangles.count < count, rectangles.last?.encoding != RFBRectangle.lastRectangle {
                    rectangles.append(try RFBRectangle(from: stream))
                }
                return rectangles
            case 1:
                try stream.skip(3)
                try stream.skip(6 * (try stream.word()))
            case 2: break
            case 3:
                try stream.skip(3)
                try stream.skip(try stream.long())
            case let other: throw .noView("a message of the unknown type \(other)")
            }
        }
    }
}

import Glibc
import Testing
import rdbench

@Suite("Rectangles of VNC updates, read past")
struct RFBRectangleTests {
    /// What follows the twelve bytes of a rectangle's head (RFC 6143 section 7.6.1), of 20x10 pixels.
    struct Body: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let encoding: Int32
        let bytes: [UInt8]
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    static let bodies = [
        Body(testDescription: "Raw", encoding: 0, bytes: zeros(20 * 10 * 4)),
        Body(testDescription: "CopyRect", encoding: 1, bytes: [0, 1, 0, 2]),
        Body(testDescription: "ZRLE", encoding: 16, bytes: [0, 0, 1, 4] + zeros(260)),
        Body(testDescription: "Tight, filled", encoding: 7, bytes: [0x80, 1, 2, 3]),
        Body(testDescription: "Tight, JPEG", encoding: 7, bytes: [0x90, 0x81, 0x02] + zeros(257)),
        Body(testDescription: "Tight, copied", encoding: 7, bytes: [0x00, 0xFF, 0xFF, 0x01] + zeros(0x7FFF)),
        Body(testDescription: "Tight, streams reset", encoding: 7, bytes: [0x0F, 5] + zeros(5)),
        Body(testDescription: "Tight, filter copies", encoding: 7, bytes: [0x40, 0, 5] + zeros(5)),
        Body(testDescription: "Tight, gradient", encoding: 7, bytes: [0x50, 2, 7] + zeros(7)),
        Body(testDescription: "Tight, two colours", encoding: 7, bytes: [0x60, 1, 1] + zeros(6) + [9] + zeros(9)),
        Body(testDescription: "Tight, 200 colours", encoding: 7, bytes: [0x70, 1, 199] + zeros(600) + [8] + zeros(8)),
        Body(testDescription: "DesktopSize", encoding: -223, bytes: []),
        Body(testDescription: "LastRect", encoding: -224, bytes: []),
    ]

    @Test("take exactly their bytes", arguments: bodies)
    func length(_ body: Body) throws {
        let head = Self.head(width: 20, height: 10, encoding: body.encoding)
        let stream = try Self.stream(of: head + body.bytes + [0xAA])
        let rectangle = try RFBRectangle(from: stream)
        #expect((rectangle.x, rectangle.y, rectangle.width, rectangle.height) == (258, 3, 20, 10))
        #expect(rectangle.encoding == body.encoding)
        #expect(stream.bytesReceived - stream.bytesBuffered == head.count + body.bytes.count)
    }

    @Test("few pixels of Tight are not compressed and have no length")
    func uncompressed() throws {
        let head = Self.head(width: 8, height: 5, encoding: 7)
        // Two colours: a bit a pixel, each row in whole bytes.
        let stream = try Self.stream(of: head + [0x40, 1, 1] + Self.zeros(6) + Self.zeros(5))
        _ = try RFBRectangle(from: stream)
        #expect(stream.bytesReceived - stream.bytesBuffered == head.count + 14)
    }

    @Test("that are cut short, or of a kind that nobody asked for, are errors", arguments: bodies)
    func cutShort(_ body: Body) throws {
        let whole = Self.head(width: 20, height: 10, encoding: body.encoding) + body.bytes
        #expect(throws: BenchFailure.self) { try RFBRectangle(from: try Self.stream(of: Array(whole.dropLast()))) }
        let other = Self.head(width: 20, height: 10, encoding: 5) + body.bytes
        #expect(throws: BenchFailure.self) { try RFBRectangle(from: try Self.stream(of: other)) }
    }

    private static func head(width: UInt8, height: UInt8, encoding: Int32) -> [UInt8] {
        [1, 2, 0, 3, 0, width, 0, height] + (0..<4).map { UInt8(truncatingIfNeeded: encoding >> (24 - 8 * $0)) }
    }

    /// A connection that says this and hangs up.
    private static func stream(of bytes: [UInt8]) throws -> RFBStream {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        return RFBStream(descriptor: ends[0])
    }
}

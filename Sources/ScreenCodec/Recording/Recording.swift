import WireFormat

/// Recorded frames of a screen: a reader of the container that `Fixtures/codec/README.md` describes.
///
/// The header is read at once, a frame whenever it is asked for, so that a long recording needs no more memory than
/// its bytes and one picture.
public struct Recording: ~Escapable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    public let frameCount: Int

    private var reader: ByteReader
    private var framesRead = 0

    private static let magic: [UInt8] = Array("BLTRACE1".utf8)

    /// Why bytes are no recording.
    public enum Failure: Error, Hashable, Sendable {
        case truncated
        case notARecording
        /// A rectangle outside the screen, or pixels that do not fill their rectangle.
        case malformed
    }

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) throws(Failure) {
        var reader = ByteReader(bytes)
        do {
            let magic = try reader.read(count: Self.magic.count)
            guard magic.elementsEqual(Self.magic.span) else { throw Failure.notARecording }
            width = Int(try reader.readUInt16())
            height = Int(try reader.readUInt16())
            frameCount = Int(try reader.readUInt16())
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .truncated
        }
        guard 1...TileGrid.maximumSide ~= width, 1...TileGrid.maximumSide ~= height else { throw .malformed }
        self.reader = reader
    }

    /// Draws the next frame over the last, which `pixels` must still hold, and names what it drew.
    ///
    /// - Parameters:
    ///   - pixels: width times height words, row by row: blue, green, red and 0xFF, lowest byte first.
    ///   - damage: called with each rectangle that was drawn.
    /// - Returns: false when there is no frame left.
    @_lifetime(self: copy self)
    @_lifetime(pixels: copy pixels)
    public mutating func drawNext(
        into pixels: inout MutableSpan<UInt32>, damage: (Rectangle) -> Void
    ) throws(Failure) -> Bool {
        precondition(pixels.count >= width * height, "the buffer is smaller than the picture")
        guard framesRead < frameCount else { return false }
        framesRead += 1
        do {
            for _ in 0..<(try reader.readUInt16()) { damage(try drawRectangle(into: &pixels)) }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .truncated
        }
        return true
    }

    @_lifetime(self: copy self)
    @_lifetime(pixels: copy pixels)
    private mutating func drawRectangle(into pixels: inout MutableSpan<UInt32>) throws -> Rectangle {
        let x = Int(try reader.readUInt16())
        let y = Int(try reader.readUInt16())
        let area = Rectangle(
            x: x, y: y, width: Int(try reader.readUInt16()), height: Int(try reader.readUInt16()))
        guard !area.isEmpty, area.right <= width, area.bottom <= height else { throw Failure.malformed }
        let isPacked = try reader.readUInt8() == 1
        let payload = try reader.read(count: Int(try reader.readUInt32()))
        if isPacked {
            try PackedPixels.draw(payload, in: area, of: &pixels, stride: width)
        } else {
            try PackedPixels.drawPlain(payload, in: area, of: &pixels, stride: width)
        }
        return area
    }
}

/// A body in chunks (RFC 9112 section 7.1), decoded as its bytes arrive. Trailers are not waited for.
struct ChunkedBody: Sendable {
    /// A line that tells a chunk's size, extensions included.
    private static let lineLimit = 256
    private static let digitLimit = 6

    private enum Expectation {
        case size(Int, digits: Int)
        /// The rest of a line that tells a size.
        case lineEnd(size: Int)
        case data(left: Int)
        case carriageReturn
        case lineFeed
        /// The last chunk was there; what follows is of no use.
        case nothing
    }

    private let limit: Int
    private var expectation = Expectation.size(0, digits: 0)
    private var lineBytes = 0
    private(set) var bytes: [UInt8] = []

    /// - Parameter limit: the most bytes a body may have.
    init(limit: Int) { self.limit = limit }

    /// Whether the last chunk was there.
    var isWhole: Bool {
        if case .nothing = expectation { true } else { false }
    }

    mutating func append(_ byte: UInt8) throws(MappingFailure) {
        switch expectation {
        case .size(let size, let digits): try appendToLine(byte, size: size, digits: digits)
        case .lineEnd(let size): try appendToLineEnd(byte, size: size)
        case .data(let left):
            bytes.append(byte)
            expectation = left == 1 ? .carriageReturn : .data(left: left - 1)
        case .carriageReturn:
            guard byte == 13 else { throw .malformed }
            expectation = .lineFeed
        case .lineFeed:
            guard byte == 10 else { throw .malformed }
            lineBytes = 0
            expectation = .size(0, digits: 0)
        case .nothing: break
        }
    }

    private mutating func appendToLine(_ byte: UInt8, size: Int, digits: Int) throws(MappingFailure) {
        if digits > 0, byte == 13 || byte == 10 || byte == UInt8(ascii: ";") {
            return try appendToLineEnd(byte, size: size)
        }
        guard digits < Self.digitLimit, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
            throw .malformed
        }
        lineBytes += 1
        expectation = .size(size * 16 + digit, digits: digits + 1)
    }

    private mutating func appendToLineEnd(_ byte: UInt8, size: Int) throws(MappingFailure) {
        lineBytes += 1
        guard lineBytes <= Self.lineLimit, bytes.count + size <= limit else { throw .malformed }
        if byte != 10 {
            expectation = .lineEnd(size: size)
        } else {
            expectation = size == 0 ? .nothing : .data(left: size)
        }
    }
}

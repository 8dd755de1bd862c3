/// A strict reader of the small part of XML that gateways speak: elements, text, the five entities and character
/// references, comments, CDATA. It expands no declared entities and refuses document types, so nothing grows.
struct XMLReader {
    static let depthLimit = 32
    static let nameLimit = 128
    static let textLimit = 4_096

    private let bytes: [UInt8]
    private var position = 0
    private var open: [String] = []
    /// The end of an element that was empty.
    private var pendingEnd: String?
    private var hasRoot = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next token; nil at the end of a document whose elements are all closed.
    mutating func next() throws(MappingFailure) -> XMLToken? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                if let text = try readText() { return .text(text) }
            } else if isNext("<?") {
                try skip(past: "?>")
            } else if isNext("<!--") {
                try skip(past: "-->")
            } else if isNext("<![CDATA[") {
                return .text(try readSection())
            } else if isNext("<!") {
                throw .malformed
            } else if isNext("</") {
                return .end(try readEnd())
            } else {
                return .start(try readStart())
            }
        }
        guard open.isEmpty, hasRoot else { throw .malformed }
        return nil
    }

    private func isNext(_ prefix: StaticString) -> Bool {
        prefix.utf8CodeUnitCount <= bytes.count - position
            && prefix.description.utf8.elementsEqual(bytes[position..<position + prefix.utf8CodeUnitCount])
    }

    /// Moves behind the next occurrence of `mark`.
    private mutating func skip(past mark: StaticString) throws(MappingFailure) {
        while position < bytes.count {
            if isNext(mark) {
                position += mark.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw .malformed
    }

    private mutating func readStart() throws(MappingFailure) -> String {
        position += 1
        let name = try readName()
        guard open.count < Self.depthLimit, !open.isEmpty || !hasRoot else { throw .malformed }
        hasRoot = true
        let isEmpty = try skipAttributes()
        if isEmpty { pendingEnd = name } else { open.append(name) }
        return name
    }

    private mutating func readEnd() throws(MappingFailure) -> String {
        position += 2
        let name = try readName()
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">"), open.popLast() == name else {
            throw .malformed
        }
        position += 1
        return name
    }

    /// Moves behind the end of a start tag; true if the element is empty.
    private mutating func skipAttributes() throws(MappingFailure) -> Bool {
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if let current = quote {
                if byte == current { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                throw .malformed
            } else if byte == UInt8(ascii: ">") {
                return bytes[position - 2] == UInt8(ascii: "/")
            }
        }
        throw .malformed
    }

    private mutating func readName() throws(MappingFailure) -> String {
        let start = position
        while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
        guard position > start, position - start <= Self.nameLimit else { throw .malformed }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let colon = name.lastIndex(of: ":") else { return name }
        return String(name[name.index(after: colon)...])
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: byte >= 0x80 || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x3A
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }

    /// Text up to the next tag without the space around it; nil if there is only space.
    private mutating func readText() throws(MappingFailure) -> String? {
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                text += try readReference()
            } else {
                text.append(bytes[position])
                position += 1
            }
            guard text.count <= Self.textLimit else { throw .malformed }
        }
        while let last = text.last, Self.isSpace(last) { text.removeLast() }
        let trimmed = text.drop(while: Self.isSpace)
        if trimmed.isEmpty { return nil }
        guard !open.isEmpty, let string = String(validating: trimmed, as: UTF8.self) else { throw .malformed }
        return string
    }

    private mutating func readSection() throws(MappingFailure) -> String {
        guard !open.isEmpty else { throw .malformed }
        position += 9
        let start = position
        try skip(past: "]]>")
        let section = bytes[start..<position - 3]
        guard section.count <= Self.textLimit, let text = String(validating: section, as: UTF8.self) else {
            throw .malformed
        }
        return text
    }

    private mutating func readReference() throws(MappingFailure) -> [UInt8] {
        guard let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw .malformed }
        let name = String(decoding: bytes[position + 1..<end], as: UTF8.self)
        position = end + 1
        switch name {
        case "amp": return [UInt8(ascii: "&")]
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default: break
        }
        let isHexadecimal = name.hasPrefix("#x")
        guard name.hasPrefix("#"),
            let value = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(value), value >= 32 || value == 9 || value == 10 || value == 13
        else { throw .malformed }
        return Array(String(Character(scalar)).utf8)
    }
}

import WireFormat

/// Files that a program has copied, as programs tell each other: a list of URIs (RFC 2483 section 5, RFC 8089), one a
/// line. In GNOME's form a first line says whether they were copied or cut; that makes no difference here.
public struct URIList: Hashable, Sendable {
    /// More are not looked at.
    public static let maximumCount = 10_000

    /// Absolute paths of this machine, without `.` and `..`, in their order, each once.
    public private(set) var paths: [String] = []
    /// Lines that name something else: files of other machines, other schemes, what no file is called.
    public private(set) var otherCount = 0
    /// There were more than `maximumCount`.
    public private(set) var isCut = false

    public init(_ paths: [String]) { self.paths = paths }

    /// Reads a list of either form.
    ///
    /// - Parameter hostName: this machine's name, which some programs put into the URIs of its files.
    public static func decode(_ bytes: Span<UInt8>, hostName: String) -> URIList {
        var list = URIList([])
        var known: Set<[UInt8]> = []
        var start = 0
        for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: "\n") {
            list.add(Self.trimmed(bytes.extracting(start..<end)), hostName, &known)
            start = end + 1
        }
        return list
    }

    private mutating func add(_ line: ArraySlice<UInt8>, _ hostName: String, _ known: inout Set<[UInt8]>) {
        if line.isEmpty || line.first == UInt8(ascii: "#") || Self.actions.contains(Array(line)) { return }
        guard let path = Self.path(of: line, hostName), let text = String(validating: path, as: UTF8.self) else {
            otherCount += 1
            return
        }
        // By their bytes: two names that look alike are two files.
        if known.contains(path) { return }
        guard paths.count < Self.maximumCount else {
            isCut = true
            return
        }
        known.insert(path)
        paths.append(text)
    }

    private static let actions: Set<[UInt8]> = [Array("copy".utf8), Array("cut".utf8)]

    private static func trimmed(_ line: Span<UInt8>) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var rest = line.copied()[...].drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }

    /// RFC 8089 section 2: `file:` with an absolute path, and before it perhaps `//` and an authority.
    private static func path(of uri: ArraySlice<UInt8>, _ hostName: String) -> [UInt8]? {
        let scheme = Array("file:".utf8)
        guard uri.count > scheme.count, zip(uri, scheme).allSatisfy({ lowercase($0) == $1 }) else { return nil }
        var rest = uri.dropFirst(scheme.count)
        if rest.starts(with: Array("//".utf8)) {
            rest = rest.dropFirst(2)
            let host = rest.prefix { $0 != UInt8(ascii: "/") }
            let names = ["", "localhost", hostName].map { $0.utf8.map(lowercase) }
            guard names.contains(host.map(lowercase)) else { return nil }
            rest = rest.dropFirst(host.count)
        }
        guard rest.first == UInt8(ascii: "/") else { return nil }
        var path: [UInt8] = []
        for part in rest.split(separator: UInt8(ascii: "/")) {
            guard let name = decoded(part), name != [0x2E], name != [0x2E, 0x2E] else { return nil }
            path += [UInt8(ascii: "/")] + name
        }
        return path.isEmpty ? nil : path
    }

    /// A component without its escapes; what no component can hold is not let through.
    private static func decoded(_ part: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var index = part.startIndex
        while index < part.endIndex {
            var byte = part[index]
            index += 1
            // A query or a fragment: files have neither.
            if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { return nil }
            if byte == UInt8(ascii: "%") {
                guard part.endIndex - index >= 2, let high = digit(part[index]), let low = digit(part[index + 1]) else {
                    return nil
                }
                byte = high << 4 | low
                index += 2
            }
            if byte == 0 || byte == UInt8(ascii: "/") { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// As `text/uri-list`.
    public var encoded: [UInt8] { Array(paths.map { Self.uri(of: $0) + "\r\n" }.joined().utf8) }

    /// As `x-special/gnome-copied-files`.
    public var encodedCopy: [UInt8] { Array((["copy"] + paths.map(Self.uri)).joined(separator: "\n").utf8) }

    /// RFC 3986 section 2.3: letters, digits and four marks stand for themselves everywhere.
    private static func uri(of path: String) -> String {
        var text = "file://"
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = digit(byte) != nil || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercase(byte))
            if isPlain || "-._~/".unicodeScalars.contains(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}

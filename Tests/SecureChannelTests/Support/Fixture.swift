import Foundation

/// A file of `Fixtures/handshake`: lines of a name and hexadecimal values.
struct Fixture {
    let lines: [(name: String, values: [Substring])]

    init(_ file: String) throws {
        var folder = URL(filePath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        let text = try String(contentsOf: folder.appending(path: "Fixtures/handshake/\(file)"), encoding: .utf8)
        lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: " ")
            return (String(parts[0]), Array(parts.dropFirst()))
        }
    }

    /// The first value of a name, as bytes.
    func bytes(_ name: String) throws -> [UInt8] {
        guard let line = lines.first(where: { $0.name == name }), let value = line.values.first else {
            throw MissingField(name: name)
        }
        return Fixture.bytes(hexadecimal: value)
    }

    static func bytes(hexadecimal text: some StringProtocol) -> [UInt8] {
        let digits = text.compactMap { $0.hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    struct MissingField: Error {
        let name: String
    }
}

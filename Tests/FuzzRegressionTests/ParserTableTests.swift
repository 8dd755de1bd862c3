import Foundation
import FuzzHarness
import Testing

/// Finds what reads bytes or text from outside in the core, and holds `Tests/Fuzz/parsers.tsv` to name it.
@Suite("Table of parsers")
struct ParserTableTests {
    private static let modules = [
        "WireFormat", "STUN", "TURN", "ICE", "PortMapping", "SecureChannel", "Transport", "ScreenCodec", "Rendezvous",
        "FileTransfer", "PeerSession", "NetworkSimulator",
    ]

    @Test func `every parser is fuzzed`() throws {
        let table = try Self.table()
        let parsers = try Self.parsers()
        #expect(parsers.count > 50, "the search finds parsers")
        for file in parsers where table[file] == nil {
            Issue.record("\(file) reads from outside: name its fuzz target in Tests/Fuzz/parsers.tsv")
        }
        for file in table.keys.sorted() where !parsers.contains(file) {
            Issue.record("Tests/Fuzz/parsers.tsv names \(file), which reads nothing")
        }
        for (file, target) in table where target != "-" {
            #expect(FuzzTarget(rawValue: target) != nil, "\(file): there is no target \(target)")
        }
        #expect(Set(table.values).isSuperset(of: FuzzTarget.allCases.map(\.rawValue)), "a target covers nothing")
    }

    private static func table() throws -> [String: String] {
        let text = try String(contentsOf: Corpus.root.appending(path: "Tests/Fuzz/parsers.tsv"), encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t") }
        return try Dictionary(
            uniqueKeysWithValues: lines.map { line in
                try #require(line.count == 2, "not two fields: \(line)")
                return (String(line[0]), String(line[1]))
            })
    }

    /// Files with a reader, an initializer from bytes or text that may fail, or a call that takes bytes in.
    private static func parsers() throws -> Set<String> {
        let input = "(borrowing |inout )?(Span<UInt8>|ByteReader|String|Substring|\\[UInt8\\]|some Sequence<UInt8>)"
        let calls = "receive|receiveMessage|receiveSignal|receiveAnswer|received|decode|open|readMessage|accepts|list"
        let pattern = try NSRegularExpression(
            pattern: "(Byte|XML|Frame|Message)Reader\\(|init\\?\\([^)]*: \(input)|init\\([^)]*: \(input)[^)]*\\) throws"
                + "|func (\(calls))\\( ?_ [a-z]+: Span<UInt8>")
        var found: Set<String> = []
        for module in modules {
            let folder = Corpus.root.appending(path: "Sources/\(module)")
            for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
                ?? .init()
            where file.pathExtension == "swift" {
                let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                    .filter { !$0.drop(while: { $0 == " " }).hasPrefix("//") }
                    .joined(separator: " ").split(separator: " ").joined(separator: " ")
                let range = NSRange(code.startIndex..., in: code)
                guard pattern.firstMatch(in: code, range: range) != nil else { continue }
                found.insert(
                    String(file.path.dropFirst(Corpus.root.appending(path: "Sources/").path.count)).trimmingPrefix("/")
                        .description)
            }
        }
        return found
    }
}

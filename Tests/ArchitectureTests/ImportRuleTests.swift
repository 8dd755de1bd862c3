import Foundation
import Testing

/// Holds every core module to the imports that its room allows, so that none reaches for a clock, a socket or
/// the system's randomness behind its caller's back.
@Suite struct ImportRuleTests {
    /// The table of the package's manifest.
    static let allowedImports: [(module: String, imports: Set<String>)] = {
        let manifest = (try? String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)) ?? ""
        let table = manifest.firstMatch(of: /\nlet core: [^=]*= \[\n((?s:.*?))\n\]\n/)?.output.1 ?? ""
        return table.matches(of: /\(\s*"(\w+)",\s*\[([^\]]*)\]\s*\)/).map { row in
            // Products of other packages stand there by the names of constants.
            let names = row.output.2.matches(of: /\w+/).map { $0.output == "crypto" ? "Crypto" : String($0.output) }
            return (String(row.output.1), Set(names))
        }
    }()

    @Test func theTableIsThere() {
        #expect(Self.allowedImports.count == 12)
        #expect(Self.allowedImports.first { $0.module == "STUN" }?.imports == ["WireFormat", "Crypto"])
    }

    @Test(arguments: allowedImports.map(\.module))
    func importsStayInsideTheRoom(module: String) throws {
        let allowed = try #require(Self.allowedImports.first { $0.module == module }).imports
        let files = try Self.swiftFiles(in: module)
        #expect(!files.isEmpty, "the module has no source")
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for name in Self.importedModules(of: text) where !allowed.contains(name) {
                Issue.record("\(module)/\(file.lastPathComponent) imports \(name)")
            }
        }
    }

    /// The calls that would bring in what the import rule keeps out, although they need no import.
    @Test(arguments: allowedImports.map(\.module))
    func nothingDrawsHiddenRandomnessOrTime(module: String) throws {
        let forbidden = [
            "SystemRandomNumberGenerator", ".random(in:", ".randomElement()", ".shuffled()", ".shuffle()",
            "Bool.random()", "ContinuousClock", "SuspendingClock", " print(",
        ]
        for file in try Self.swiftFiles(in: module) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                for call in forbidden where line.contains(call) && !line.contains("using:") {
                    Issue.record("\(module)/\(file.lastPathComponent): \(line)")
                }
            }
        }
    }

    @Test func topLevelHoldsNothingElse() throws {
        let expected: Set = ["Package.swift", "Sources", "Tests", "Benchmarks", "Fixtures", "README.md"]
        let entries = try Self.topLevel().filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
        #expect(Set(entries) == expected)
    }

    /// What is committed there: the programs leave pictures and recordings wherever they are tried. All of it in a copy that
    /// git knows nothing of.
    private static func topLevel() throws -> [String] {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path, "ls-files", "-z"]
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let names = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(
            separator: "\0")
        git.waitUntilExit()
        guard git.terminationStatus == 0, !names.isEmpty else {
            return try FileManager.default.contentsOfDirectory(atPath: root.path)
        }
        return names.map { String($0.prefix { $0 != "/" }) }
    }

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func swiftFiles(in module: String) throws -> [URL] {
        let folder = root.appending(path: "Sources/\(module)")
        let enumerator = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (enumerator?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }

    private static func importedModules(of text: String) -> [String] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "var", "let"]
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0 == "public" || $0 == "package" }
            guard words.first == "import" else { return nil }
            let name = words.dropFirst().first { !kinds.contains($0) }
            return name.map { String($0.split(separator: ".")[0]) }
        }
    }
}

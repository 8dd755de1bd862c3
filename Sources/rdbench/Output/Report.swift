import Foundation

/// Everything that a run measured.
package struct Report: Sendable {
    static let schema = "rdbench/1"

    var host = HostDescription()
    var seed: UInt64
    package var results: [CaseResult] = []
    var comparison: [ComparisonRow] = []
    /// By condition, if the laboratory was built.
    var laboratory: [LabReport] = []
    var sensitivity: SensitivityReport?
    /// What a reader of the figures must know: how they are defined, what was left out and why.
    var notes: [String] = []
    /// Suites that could not be run, and why.
    package var failures: [String] = []
    var wallSeconds = 0.0

    package init(seed: UInt64) { self.seed = seed }

    private static let ownTables: Set<Suite> = [
        .handshake, .ttff, .transport, .vnc, .relay, .signaling, .files, .faults,
    ]

    /// The results without those that have tables of their own, as single pairs in the laboratory have.
    var overview: [CaseResult] {
        results.filter { !Self.ownTables.contains($0.suite) && ($0.suite != .lab || !$0.pairs.isEmpty) }
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "schema": .string(Self.schema), "host": host.json, "results": .array(results.map(\.json)),
            "comparison": .array(comparison.map(\.json)), "notes": .array(notes.map(JSONValue.string)),
            "failures": .array(failures.map(JSONValue.string)), "wall_s": .rounded(wallSeconds),
        ]
        members["sensitivity"] = sensitivity?.json
        return .object(members)
    }

    func writeJSON(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Self.write(try encoder.encode(json) + Data("\n".utf8), to: path)
    }

    func writeHTML(to path: String) throws { try Self.write(Data(HTMLPage(self).text.utf8), to: path) }

    /// Why no file can be created at a path, as far as that shows before; nil if nothing is in the way.
    static func obstacle(to path: String) -> String? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            return String(cString: strerror(EISDIR))
        }
        return access(folder, W_OK | X_OK) == 0 ? nil : String(cString: strerror(errno))
    }

    private static func write(_ data: Data, to path: String) throws {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw BenchFailure.unwritable(path, reason: error.localizedDescription)
        }
    }
}

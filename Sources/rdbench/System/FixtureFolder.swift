import Foundation
import NetworkSimulator

/// The folder with the recorded inputs of the suites.
struct FixtureFolder: Sendable {
    private static let landmark = "population/2026.tsv"

    let path: String

    /// - Parameter given: the user's choice; otherwise the folder is looked for above this program and above the
    ///   current folder.
    init(_ given: String?) throws(BenchFailure) {
        if let given {
            guard Self.isFixtures(given) else { throw .noFixtures(at: given) }
            path = given
            return
        }
        let starts = [ProgramFolder.own, FileManager.default.currentDirectoryPath]
        for start in starts {
            if let found = Self.search(above: start) {
                path = found
                return
            }
        }
        throw .noFixtures(at: starts.joined(separator: " and "))
    }

    private static func search(above start: String) -> String? {
        var folder = URL(fileURLWithPath: start).resolvingSymlinksInPath()
        while true {
            let candidate = folder.appendingPathComponent("Fixtures").path
            if isFixtures(candidate) { return candidate }
            let parent = folder.deletingLastPathComponent()
            if parent.path == folder.path { return nil }
            folder = parent
        }
    }

    private static func isFixtures(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/" + landmark)
    }

    /// The population of networks that suites draw from.
    func population() throws(BenchFailure) -> Population {
        let text = try self.text(Self.landmark)
        do {
            return try Population(text)
        } catch {
            throw .badFixture(Self.landmark, reason: "\(error)")
        }
    }

    func text(_ name: String) throws(BenchFailure) -> String {
        guard let text = try? String(contentsOfFile: path + "/" + name, encoding: .utf8) else {
            throw .unreadable(path + "/" + name)
        }
        return text
    }

    func bytes(_ name: String) throws(BenchFailure) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path + "/" + name) else {
            throw .unreadable(path + "/" + name)
        }
        return [UInt8](data)
    }

    /// The names of files with this ending in a folder, sorted; none if there is no such folder.
    func names(in folder: String, ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted()
    }
}

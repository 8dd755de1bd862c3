import Foundation

/// The machine that the figures are of.
struct HostDescription: Sendable {
    let processor: String
    let cores: Int
    let memoryBytes: Int
    let kernel: String
    let system: String
    let swift: String
    let date: String

    init() {
        processor = Self.field("model name", in: "/proc/cpuinfo", separator: ":") ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        memoryBytes = Int(ProcessInfo.processInfo.physicalMemory)
        kernel = Self.kernelRelease()
        let name = Self.field("PRETTY_NAME", in: "/etc/os-release", separator: "=") ?? "Linux"
        system = name.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        swift = SwiftVersion.ofCompiler
        date = ISO8601DateFormatter().string(from: Date())
    }

    private static func field(_ name: String, in path: String, separator: Character) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: separator, maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func kernelRelease() -> String {
        var names = utsname()
        guard uname(&names) == 0 else { return "unknown" }
        return withUnsafeBytes(of: names.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    var json: JSONValue {
        .object([
            "cpu": .string(processor), "cores": .integer(cores), "memory_bytes": .integer(memoryBytes),
            "kernel": .string(kernel), "os": .string(system), "swift": .string(swift), "date": .string(date),
        ])
    }
}

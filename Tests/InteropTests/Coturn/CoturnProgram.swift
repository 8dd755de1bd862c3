import Foundation

/// The programs that these tests need: coturn's, and openssl for their certificates.
enum CoturnProgram: String, CaseIterable {
    case server = "turnserver"
    case client = "turnutils_uclient"
    case peer = "turnutils_peer"
    case openssl

    /// Whether the tests shall run: where all is installed, and on CI, where they then fail and say what is missing.
    static var areUsable: Bool {
        ProcessInfo.processInfo.environment["CI"] == "true" || missingPrograms.isEmpty
    }

    /// What to say where something is not there.
    static var missing: String {
        "not installed: \(missingPrograms.map(\.rawValue).joined(separator: ", ")); see Tests/install"
    }

    private static var missingPrograms: [CoturnProgram] { allCases.filter { (try? $0.path()) == nil } }

    func path() throws -> String {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let paths: [String] = folders.split(separator: ":").map { "\($0)/\(rawValue)" }
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw LineProcess.Failure(description: "\(rawValue) is missing; run Tests/install")
        }
        return path
    }

    /// Runs it until the test ends, or it does; what it says on either output counts.
    func run(_ arguments: [String]) throws -> LineProcess {
        // The shell ends the program when its input ends, which the program itself does not read.
        let command = "\"$@\" 2>&1 & cat >/dev/null; kill $! 2>/dev/null"
        return try LineProcess(rawValue, "/bin/sh", ["-c", command, "sh", try path()] + arguments)
    }
}

import Foundation

/// An `rdpeer host` for one session, which has told its code.
struct CodeHost {
    private static let patience = 20.0

    let process: ChildProcess
    let code: String

    /// - Parameters:
    ///   - arguments: what it is told beside that.
    ///   - namespace: the network namespace that it runs in; nil for this process's.
    init(_ arguments: [String], folder: String, namespace: String? = nil) throws {
        process = try ChildProcess(
            "rdpeer", ["host", "--once", "--json"] + arguments, folder: folder, namespace: namespace)
        guard let code = try process.wait(for: "code", seconds: Self.patience)["code"]?.text else {
            throw BenchFailure.programFailed("rdpeer host", reason: "its event 'code' has no code")
        }
        self.code = code
    }
}

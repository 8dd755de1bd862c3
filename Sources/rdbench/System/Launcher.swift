import Foundation

/// How children of this program are started.
enum Launcher {
    private static let deathSignal = "/usr/bin/setpriv"
    private static let namespace = "/usr/bin/nsenter"

    /// A command that the kernel kills when the thread that starts it dies, however it dies.
    ///
    /// - Parameter namespace: the network namespace that it runs in, by its name for `ip netns`; nil for this process's.
    static func command(_ program: String, _ arguments: [String], namespace: String? = nil) -> [String] {
        let hasSignal = FileManager.default.isExecutableFile(atPath: deathSignal)
        let command = (hasSignal ? [deathSignal, "--pdeathsig", "KILL"] : []) + [program] + arguments
        return (namespace.map { [Self.namespace, "--net=/run/netns/\($0)"] } ?? []) + command
    }
}

/// Why measurements could not be made, said to the user.
package enum BenchFailure: Error, CustomStringConvertible {
    case noFixtures(at: String)
    case unreadable(String)
    case badFixture(String, reason: String)
    case noProgram(String, folder: String)
    case programFailed(String, reason: String)
    case unwritable(String, reason: String)
    case suitesFailed([String])
    case noLaboratory(String)
    case noForeignProgram(String, package: String)
    case noView(String)
    case tooFewDescriptors(Int, wanted: Int)

    package var description: String {
        switch self {
        case .noFixtures(let place):
            "There is no Fixtures folder with a population at \(place); name one with --fixtures."
        case .unreadable(let path): "The file \(path) cannot be read."
        case .badFixture(let path, let reason): "The file \(path) is damaged: \(reason)."
        case .noProgram(let name, let folder):
            "The program \(name) is not in \(folder), beside rdbench. Build all three: swift build -c release."
        case .programFailed(let name, let reason): "\(name) failed: \(reason)"
        case .noLaboratory(let reason):
            "The laboratory cannot be built: \(reason). It needs root, or unprivileged user namespaces, and the Debian "
                + "packages iproute2, nftables, openssl and util-linux."
        case .noForeignProgram(let name, let package):
            "\(name) is not installed: apt-get install \(package), or run Benchmarks/run --suite "
                + "\(package == "coturn" ? "relay" : "vnc") as root, which does it."
        case .noView(let reason): "A screen could not be viewed: \(reason)."
        case .tooFewDescriptors(let count, let wanted):
            "A process may have \(Figure.grouped(count)) descriptors here, and \(Figure.grouped(wanted)) are wanted: raise "
                + "the limit (ulimit -Hn) as root."
        case .suitesFailed(let reasons):
            "Not everything could be measured, or written.\n" + reasons.joined(separator: "\n")
        case .unwritable(let path, let reason): "The file \(path) cannot be written: \(reason)."
        }
    }
}

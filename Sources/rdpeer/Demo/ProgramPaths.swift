import Glibc

/// Where the demonstration's programs are.
struct ProgramPaths {
    let rdpeer: String
    let rdserver: String
    let xvfb: String

    init() throws(DemoFault) {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw .missing("/proc/self/exe cannot be read: where is rdpeer?") }
        rdpeer = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = rdpeer.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        rdserver = folder + "/rdserver"
        guard access(rdserver, X_OK) == 0 else {
            throw .missing("\(rdserver) is missing; build it: swift build -c release --product rdserver")
        }
        guard let found = Self.find("Xvfb") else {
            throw .missing("Xvfb is missing, which gives the demonstration its display: sudo apt-get install xvfb")
        }
        xvfb = found
    }

    private static func find(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

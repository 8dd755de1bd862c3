import Foundation

/// A program of somebody else's on a display: an X server, a VNC server, a terminal.
final class DisplayProgram {
    /// What can be installed, and what it is called.
    struct Kind {
        static let xvfb = Kind(names: ["Xvfb"], package: "xvfb")
        static let xvnc = Kind(names: ["Xvnc", "Xtigervnc"], package: "tigervnc-standalone-server")
        static let x0vncserver = Kind(names: ["X0tigervnc", "x0vncserver"], package: "tigervnc-scraping-server")
        static let x11vnc = Kind(names: ["x11vnc"], package: "x11vnc")
        static let xterm = Kind(names: ["xterm"], package: "xterm")
        static let turnserver = Kind(names: ["turnserver"], package: "coturn")

        /// What it may be called, the first that is installed is taken.
        let names: [String]
        /// Debian's, for who lacks it.
        let package: String

        /// Where it lies.
        func path() throws(BenchFailure) -> String {
            guard let path = DisplayProgram.find(names) else {
                throw .noForeignProgram(names[0], package: package)
            }
            return path
        }
    }

    let name: String
    private let process = Process()
    private let output = Pipe()
    private let errorFile: String

    /// - Parameters:
    ///   - display: the display that it works on.
    ///   - namespace: the network namespace that it runs in.
    /// - Important: the calling thread must live as long as the program may.
    init(
        _ kind: Kind, _ arguments: [String], display: String? = nil, folder: String, namespace: String? = nil
    ) throws(BenchFailure) {
        let path = try kind.path()
        name = kind.names[0]
        errorFile = "\(folder)/\(name)-\(UUID().uuidString.prefix(8)).log"
        let command = Launcher.command(path, arguments, namespace: namespace)
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        var environment = ProcessInfo.processInfo.environment
        environment["DISPLAY"] = display
        // Neither the user's settings nor his files.
        environment["HOME"] = folder
        environment["LC_ALL"] = "C.UTF-8"
        process.environment = environment
        _ = FileManager.default.createFile(atPath: errorFile, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: errorFile)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw .programFailed(name, reason: "it cannot be started: \(error.localizedDescription)")
        }
        ChildRegistry.add(process.processIdentifier)
    }

    /// What a measurement that failed has started does not run beside the next one.
    deinit {
        if process.isRunning { stop() }
    }

    private static func find(_ names: [String]) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// The first line that it writes.
    func firstLine() throws(BenchFailure) -> String {
        var line = Data()
        while !line.contains(0x0A) {
            let part = output.fileHandleForReading.availableData
            guard !part.isEmpty else { throw failure("it ended at once") }
            line.append(part)
        }
        return String(decoding: line.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    func failure(_ reason: String) -> BenchFailure {
        let text = (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? ""
        return .programFailed(
            name, reason: "\(reason). Its log: \(text.split(separator: "\n").suffix(4).joined(separator: " | "))")
    }

    func stop() {
        if process.isRunning { kill(process.processIdentifier, SIGTERM) }
        let limit = ProcessorClock.wallSeconds + 2
        while process.isRunning, ProcessorClock.wallSeconds < limit { usleep(2_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        ChildRegistry.remove(process.processIdentifier)
    }
}

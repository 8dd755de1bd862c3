import CX11
import Glibc
import Testing
import X11Desktop

/// An X server without hardware (Xvfb) on a free display number, for one test.
final class VirtualServer {
    let name: String
    private let process: ChildProcess
    /// Open all the time: the server ends by itself when its last client has gone, even if this process crashes.
    let truth: GroundTruth

    /// Tests are skipped where a program is missing, except on CI, where they then fail and say what is missing.
    static func isUsable(_ programs: String...) -> Bool {
        let isContinuousIntegration = getenv("CI").map { String(cString: $0) == "true" } ?? false
        return isContinuousIntegration || (["Xvfb"] + programs).allSatisfy { ChildProcess.isInstalled($0) }
    }

    init(width: Int = 320, height: Int = 240, depth: Int = 24) throws {
        let ends = try ChildProcess.makePipe()
        defer { close(ends[0]) }
        do {
            defer { close(ends[1]) }
            process = try ChildProcess(
                "Xvfb",
                [
                    "-displayfd", "3", "-screen", "0", "\(width)x\(height)x\(depth)", "-nolisten", "tcp",
                    "-terminate",
                ], inherited: [3: ends[1]])
        }
        var text = ""
        var byte: UInt8 = 0
        while ChildProcess.isReadable(ends[0], before: .now + .seconds(20)), read(ends[0], &byte, 1) == 1, byte != 0x0A
        { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        guard let number = Int(text) else {
            throw ChildProcess.Failure(description: "Xvfb did not start: is the package xvfb installed?")
        }
        name = ":\(number)"
        truth = try GroundTruth(display: name)
    }

    deinit {
        truth.close()
        process.kill()
    }

    /// Ends the server under its clients.
    func kill() {
        truth.close()
        process.kill()
    }

    func connect() throws -> DisplayConnection { try DisplayConnection(name: name) }

    /// Starts a client program on this display.
    func start(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess {
        try ChildProcess(program, arguments, environment: environment.merging(["DISPLAY": name]) { $1 })
    }

    /// Runs a client program to its end and gives what it wrote.
    func output(_ program: String, _ arguments: [String]) throws -> String {
        try ChildProcess.output(program, arguments, environment: ["DISPLAY": name])
    }

    /// Changes the screen's size, to at most what it was at first, as a user would with xrandr.
    func resize(width: Int, height: Int) throws {
        let mode = "\(width)x\(height)"
        if try !output("xrandr", []).contains(" \(mode) ") {
            let timings = [width, width, width, width, height, height, height, height].map { String($0) }
            _ = try output("xrandr", ["--newmode", mode, "25.0"] + timings)
            _ = try output("xrandr", ["--addmode", "screen", mode])
        }
        _ = try output("xrandr", ["--output", "screen", "--mode", mode])
    }
}

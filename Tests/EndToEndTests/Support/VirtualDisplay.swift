import Foundation

/// An X server without hardware, and the programs that show something on it.
final class VirtualDisplay {
    let name: String
    private unowned let world: World
    private let process: ChildProcess

    init(world: World, width: Int, height: Int, depth: Int) throws {
        self.world = world
        process = try world.start(
            "Xvfb", try Tools.other("Xvfb"),
            ["-displayfd", "1", "-screen", "0", "\(width)x\(height)x\(depth)", "-nolisten", "tcp", "-noreset"])
        name = try process.line("the number of its display") { Int($0).map { ":\($0)" } }
    }

    /// Lets it remove its lock file.
    func end() {
        process.send(SIGTERM)
        _ = try? process.waitForEnd(seconds: 3)
        process.kill()
    }

    /// Starts a program that shows itself here.
    @discardableResult
    func start(_ program: String, _ arguments: [String]) throws -> ChildProcess {
        try world.start(program, try Tools.other(program), arguments, environment: ["DISPLAY": name])
    }

    /// Runs a program here to its end.
    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> [String] {
        let child = try start(program, arguments)
        guard try child.waitForEnd() == .exited(0) else { throw child.failure("failed") }
        return child.lines
    }

    /// Changes the screen's size, to at most what it was at first, as a user would with xrandr.
    func resize(width: Int, height: Int) throws {
        let mode = "\(width)x\(height)"
        if try !run("xrandr", []).joined(separator: "\n").contains(" \(mode) ") {
            let timings = [width, width, width, width, height, height, height, height].map { String($0) }
            try run("xrandr", ["--newmode", mode, "25.0"] + timings)
            try run("xrandr", ["--addmode", "screen", mode])
        }
        try run("xrandr", ["--output", "screen", "--mode", mode])
    }

    /// What the screen shows now, by the X server's own tools.
    func capture() throws -> Picture {
        try run("xwd", ["-root", "-silent", "-out", world.file("screen.xwd")])
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: world.file("screen.xwd"))))
        guard let picture = Picture(windowDump: bytes) else { throw Failure("xwd wrote what is not expected here") }
        return picture
    }

    /// What the screen shows once a terminal on it has drawn its mark.
    func captureMarked() throws -> Picture {
        try TimeLimit.poll("a terminal that has drawn all") {
            let picture = try capture()
            return TerminalMark.isOn(picture) ? picture : nil
        }
    }

    /// The keycodes that are down, as the X server has it.
    func pressedKeys() throws -> [Int] {
        let script = """
            import ctypes
            x = ctypes.CDLL("libX11.so.6")
            x.XOpenDisplay.restype = ctypes.c_void_p
            display = ctypes.c_void_p(x.XOpenDisplay(b"\(name)"))
            bits = (ctypes.c_ubyte * 32)()
            x.XQueryKeymap(display, bits)
            print(*[key for key in range(256) if bits[key // 8] >> key % 8 & 1])
            """
        return try run("python3", ["-c", script]).flatMap { $0.split(separator: " ") }.compactMap { Int($0) }
    }
}

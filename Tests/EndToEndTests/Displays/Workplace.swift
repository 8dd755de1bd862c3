import Foundation

/// Somebody at a viewer's window, which fills a near display, and who works on a far one.
final class Workplace {
    let world: World
    let near: VirtualDisplay
    let far: VirtualDisplay
    let host: ChildProcess
    let viewer: ChildProcess

    struct Layouts: Sendable, CustomStringConvertible {
        let near: String
        let far: String
        var description: String { "\(near) to \(far)" }
    }

    /// - Parameters:
    ///   - prepareNear: sets up the near display.
    ///   - prepare: puts on the far display what is to be seen when the viewer comes.
    init(
        _ world: World, layouts: Layouts = Layouts(near: "us", far: "us"), nearSize: (Int, Int) = (800, 600),
        hostArguments: [String] = [], viewerArguments: [String] = [],
        prepareNear: (VirtualDisplay) throws -> Void = { _ in }, prepare: (VirtualDisplay) throws -> Void
    ) throws {
        self.world = world
        far = try world.startDisplay()
        near = try world.startDisplay(width: nearSize.0, height: nearSize.1)
        try far.run("setxkbmap", ["-layout", layouts.far])
        try near.run("setxkbmap", ["-layout", layouts.near])
        try prepareNear(near)
        try prepare(far)
        let server = try world.startServer()
        host = try world.startHost(server, ["--display", far.name, "--once"] + hostArguments)
        viewer = try world.start(
            "rdpeer view", try Tools.own("rdpeer"),
            ["view", try host.code(number: 0), "--server", server.url, "--display", near.name, "--json"]
                + viewerArguments, home: "viewer-home")
        // Shown and mapped, so that keys under the pointer and clicks go to it: there is no window manager.
        try viewer.event("window")
        if !(hostArguments + viewerArguments).contains("--no-clipboard") {
            for side in [host, viewer] { try side.event("clipboard_shared") }
        }
        try near.run("xdotool", ["mousemove", "10", "10"])
    }

    /// A terminal in the upper left corner of a display that runs shell commands, and then others that take keys.
    static func startTerminal(
        on display: VirtualDisplay, resources: [String] = [], beginning: String = "", script: String
    ) throws {
        try display.start(
            "xterm",
            ["-u8", "-geometry", "100x30+0+0"] + resources.flatMap { ["-xrm", $0] }
                + ["-e", "sh", "-c", "\(TerminalMark.prepare) \(beginning) \(TerminalMark.draw) \(script)"])
        _ = try display.captureMarked()
    }

    /// A script that writes each line typed to a file of its own: line1, line2, ...
    static func lineScript(_ world: World) -> String {
        """
        n=0
        while IFS= read -r line; do
            n=$((n + 1)); printf %s "$line" > \(world.file("part")); mv \(world.file("part")) \(world.file("line"))$n
        done
        """
    }

    func line(_ number: Int) throws -> String {
        try TimeLimit.poll("line \(number) typed into the terminal") { world.contents(of: "line\(number)") }
    }

    /// Acts of the person, as xdotool names them.
    func act(_ arguments: [String]) throws { try near.run("xdotool", arguments) }

    /// Presses and releases a key of the near keyboard, by its number, with others held.
    static func stroke(_ key: Int, holding modifiers: [Int] = []) -> [String] {
        modifiers.flatMap { ["keydown", "\($0)"] } + ["key", "\(key)"]
            + modifiers.reversed().flatMap { ["keyup", "\($0)"] }
    }

    /// A key for the viewer itself: Control, Alt and Shift with a letter, all by their numbers.
    func command(_ key: Int) throws { try act(Self.stroke(key, holding: [37, 64, 50])) }

    /// What a selection of a display holds.
    func pasted(_ selection: String, on display: VirtualDisplay) throws -> String {
        // Lines are read whole, and a selection need not end with one.
        try display.run("sh", ["-c", "xclip -o -selection \(selection); echo"]).joined(separator: "\n")
    }

    /// Copies a text on a display.
    func copy(_ text: String, into selection: String, on display: VirtualDisplay) throws {
        try world.write(text, to: "copied")
        try display.run("xclip", ["-i", "-selection", selection, world.file("copied")])
    }

    func end() throws {
        viewer.send(SIGTERM)
        guard try viewer.waitForEnd() == .exited(0) else { throw viewer.failure("did not end in order") }
        guard try host.waitForEnd() == .exited(0) else { throw host.failure("did not end in order") }
        let held = try far.pressedKeys()
        guard held.isEmpty else { throw Failure("keys are still down at the host: \(held)") }
    }
}

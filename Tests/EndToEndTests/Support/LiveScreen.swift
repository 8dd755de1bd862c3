import Foundation

/// A display on which something goes on, until it is told to stand still.
struct LiveScreen {
    let display: VirtualDisplay
    private let world: World

    init(world: World) throws {
        self.world = world
        display = try world.startDisplay(width: 480, height: 360)
        let script = """
            \(TerminalMark.prepare) i=0; while [ ! -e \(world.file("halt")) ]; do
            i=$((i + 1)); printf '\\033[48;5;%dm%d ' $((i % 255)) $i; echo > \(world.file("moving")); sleep 0.03
            done; \(TerminalMark.draw) sleep 999
            """
        try display.start("xterm", ["-geometry", "60x20+5+5", "-e", "sh", "-c", script])
        try TimeLimit.poll("a terminal that moves") { world.contents(of: "moving") }
        try TimeLimit.poll("a terminal's window") { try display.capture().colourCount > 8 ? true : nil }
    }

    /// Ends the movement.
    ///
    /// - Returns: what the screen shows from now on.
    func halt() throws -> Picture {
        try world.write("", to: "halt")
        return try display.captureMarked()
    }
}

import Foundation
import WireFormat

/// An xterm that fills the screen, into which text is written; its last row holds the mark, which it draws last.
final class TerminalDrawing: Drawing {
    /// Of the font "fixed" that every X server brings, 6x13 pixels.
    private static let columns = DisplayServer.width / 6
    private static let rows = DisplayServer.height / 13

    let pixelsPerStep: Int
    private let lines: Int
    private let canvas: Canvas
    private let terminal: DisplayProgram
    private let pipe: Int32
    private var random: SeededRandom

    /// - Parameter lines: how many a step writes; 0 for one character.
    init(lines: Int, _ canvas: Canvas, _ server: DisplayServer, seed: UInt64, folder: String) throws(BenchFailure) {
        self.lines = lines
        self.canvas = canvas
        random = SeededRandom(seed: seed)
        pixelsPerStep = lines > 0 ? DisplayServer.width * (Self.rows - 1) * 13 : 6 * 13
        let path = "\(folder)/terminal-\(UUID().uuidString.prefix(8))"
        guard mkfifo(path, 0o600) == 0 else { throw .unwritable(path, reason: String(cString: strerror(errno))) }
        // Both ways: so it opens without waiting for the other end.
        pipe = open(path, O_RDWR | O_CLOEXEC)
        canvas.hideMark()
        terminal = try DisplayProgram(
            .xterm,
            [
                "-fn", "fixed", "-b", "0", "-bw", "0", "+sb", "-geometry", "\(Self.columns)x\(Self.rows)+0+0", "-e",
                "cat",
                path,
            ], display: server.name, folder: folder)
        // No cursor; what scrolls is all but the last row.
        try write("\u{1B}[?25l\u{1B}[1;\(Self.rows - 1)r")
        for _ in 1..<Self.rows { try write(line) }
    }

    private var line: String { "\r\n" + String(Words.line(28, &random).prefix(Self.columns - 2)) }

    func draw(_ step: Int) throws(BenchFailure) {
        if lines > 0 {
            try write("\u{1B}[\(Self.rows - 1);1H")
            for _ in 0..<lines { try write(line) }
        } else {
            let letter = UnicodeScalar(UInt8(97 + random.next() % 26))
            try write("\u{1B}[\(10 + step / 100 % 60);\(1 + step % 100)H\(letter)")
        }
        let colour = "\u{1B}[48;5;\(MarkColour.terminalNumber(step))m"
        try write("\u{1B}[\(Self.rows);\(canvas.place.x / 6)H\(colour)     \u{1B}[m")
    }

    private func write(_ text: String) throws(BenchFailure) {
        let bytes = Array(text.utf8)
        guard terminal.isRunning, Foundation.write(pipe, bytes, bytes.count) == bytes.count else {
            throw terminal.failure("it is gone")
        }
    }

    func end() {
        terminal.stop()
        close(pipe)
        canvas.remove([], [])
    }
}

/// The workloads.
enum DrawingKind: String, CaseIterable, Sendable {
    case terminal, page, drag, video, typing

    var words: String {
        switch self {
        case .terminal: "text scrolls in xterm, 5 lines a step"
        case .page: "a page scrolls by 40 px a step"
        case .drag: "a window of 640x480 is dragged over a photo"
        case .video: "a film of 640x360"
        case .typing: "one character a step in xterm"
        }
    }

    func make(on canvas: Canvas, server: DisplayServer, seed: UInt64, folder: String) throws -> any Drawing {
        switch self {
        case .terminal: try TerminalDrawing(lines: 5, canvas, server, seed: seed, folder: folder)
        case .typing: try TerminalDrawing(lines: 0, canvas, server, seed: seed, folder: folder)
        case .page: PageDrawing(canvas, seed: seed)
        case .drag: DragDrawing(canvas, seed: seed)
        case .video: VideoDrawing(canvas, seed: seed)
        }
    }
}

/// Where the parts of the test picture are in each frame.
struct TestPictureLayout: Sendable {
    /// A character cell, in pixels.
    static let cellWidth = 8
    static let cellHeight = 16
    /// Frames from one scroll of the page to the next.
    static let scrollPeriod = 45

    let bounds: Rectangle
    /// The page of text: the left part of the screen, in whole cells.
    let page: Rectangle
    /// What changes in every frame, at the lower right.
    let video: Rectangle
    private let windowSize: (width: Int, height: Int)

    init(width: Int, height: Int) {
        bounds = Rectangle(x: 0, y: 0, width: width, height: height)
        let cell = (width: Self.cellWidth, height: Self.cellHeight)
        page = Rectangle(
            x: 0, y: 0, width: width * 3 / 5 / cell.width * cell.width,
            height: height * 4 / 5 / cell.height * cell.height)
        let side = min(width / 6, 160)
        video = Rectangle(x: width - side, y: height - side * 9 / 16, width: side, height: side * 9 / 16)
            .intersection(bounds)
        windowSize = (width / 5, height / 5)
    }

    /// The last line of the page, on which text is typed, one cell a frame.
    func typed(frame: Int) -> Rectangle {
        let columns = page.width / Self.cellWidth
        guard columns > 0, page.height > 0 else { return Rectangle(x: 0, y: 0, width: 0, height: 0) }
        let column = Self.typedCount(frame: frame) - 1
        guard 0..<columns ~= column else { return Rectangle(x: 0, y: 0, width: 0, height: 0) }
        return Rectangle(
            x: column * Self.cellWidth, y: page.bottom - Self.cellHeight, width: Self.cellWidth,
            height: Self.cellHeight)
    }

    /// The page, in a frame that scrolls it by one line.
    func scrolled(frame: Int) -> Rectangle {
        frame % Self.scrollPeriod == 0 ? page : Rectangle(x: 0, y: 0, width: 0, height: 0)
    }

    /// A window that wanders along two triangle waves right of the page.
    func window(frame: Int) -> Rectangle {
        let spaceX = max(bounds.width - windowSize.width - page.width, 0)
        let spaceY = max(bounds.height - windowSize.height, 0)
        return Rectangle(
            x: page.width + Self.triangle(frame * 3, spaceX), y: Self.triangle(frame * 2, spaceY),
            width: windowSize.width, height: windowSize.height
        ).intersection(bounds)
    }

    /// How many characters of the last line are typed.
    static func typedCount(frame: Int) -> Int { frame % scrollPeriod }

    /// How many lines have left the page at its top.
    static func scrolledLines(frame: Int) -> Int { frame / scrollPeriod }

    private static func triangle(_ distance: Int, _ space: Int) -> Int {
        guard space > 0 else { return 0 }
        let phase = distance % (2 * space)
        return phase < space ? phase : 2 * space - phase
    }
}

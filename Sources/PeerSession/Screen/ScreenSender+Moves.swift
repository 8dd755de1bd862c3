import ScreenCodec
import WireFormat

/// Scrolled and dragged parts of the screen go out as moves of what the viewer has.
///
/// A move is made in the host's picture when it is found, and goes out before any tile, so that both sides change alike.
/// It builds only on tiles of which all that was sent is exact and not known to be lost.
extension ScreenSender {
    /// A lost or refused move costs the tiles of so many rows, not more.
    private static let rowsPerMove = 64
    /// A part that cannot move as a whole is halved down to this.
    private static let smallestSide = 32

    /// How many moves were made so far: for figures and tests.
    package var moveCount: Int { Int(moves.nextNumber) }

    /// Whether the viewer has anything that could be moved: of a first picture nothing has moved there.
    private var mayMove: Bool { moves.hasRoom && tiles.count(.clean) > 0 }

    /// Makes the moves that go on as the last ones did, which are found without comparing all that is damaged.
    ///
    /// - Returns: what was moved: the picture shows there what the capture does.
    mutating func takeExpectedMoves(from pixels: Span<UInt32>, stride: Int, damage: [Rectangle]) -> [Rectangle] {
        guard mayMove, let expected = search.expected else { return [] }
        return take(encoder.findMoves(in: pixels, stride: stride, damage: damage, expected: expected), pixels, stride)
    }

    /// - Parameter changed: what differs in the capture.
    /// - Returns: what was moved: the picture shows there what the capture does.
    mutating func takeMoves(
        from pixels: Span<UInt32>, stride: Int, damage: [Rectangle], changed: ChangedTiles
    ) -> [Rectangle] {
        guard mayMove, !changed.isEmpty, search.isWorthIt(in: damage) else { return [] }
        let found = encoder.findMoves(in: pixels, stride: stride, changed: changed)
        search.ended(with: found)
        return take(found, pixels, stride)
    }

    private mutating func take(_ found: FoundMoves?, _ pixels: Span<UInt32>, _ stride: Int) -> [Rectangle] {
        guard let found else { return [] }
        var made: [Rectangle] = []
        var written: [Rectangle] = []
        for area in found.areas {
            let whole = Move(area: area, deltaX: found.deltaX, deltaY: found.deltaY, number: 0)
            let isDisturbed = written.contains { !$0.intersection(whole.source).isEmpty }
            if isDisturbed, !encoder.holds(whole, in: pixels, stride: stride) { continue }
            written.append(area)
            take(whole, &made)
        }
        return made
    }

    /// Makes as much of a move as can be made now, in parts.
    private mutating func take(_ move: Move, _ made: inout [Rectangle]) {
        guard moves.hasRoom else { return }
        if move.area.height > Self.rowsPerMove {
            split(move, isVertical: true, &made)
        } else if move.allRunsRead(in: encoder.grid, { tiles.areSteady($0) }) {
            make(move)
            made.append(move.area)
        } else if max(move.area.width, move.area.height) > Self.smallestSide {
            split(move, isVertical: move.area.height > move.area.width, &made)
        }
    }

    /// The half that the other's source does not lie under goes first; they part between tiles.
    private mutating func split(_ move: Move, isVertical: Bool, _ made: inout [Rectangle]) {
        let size = TileGrid.tileSize
        var (one, other) = (move, move)
        if isVertical {
            let middle = (move.area.y + min(move.area.height / 2, Self.rowsPerMove) + size / 2) / size * size
            one.area.height = middle - move.area.y
            (other.area.y, other.area.height) = (middle, move.area.bottom - middle)
        } else {
            let middle = (move.area.x + move.area.width / 2 + size / 2) / size * size
            one.area.width = middle - move.area.x
            (other.area.x, other.area.width) = (middle, move.area.right - middle)
        }
        guard !one.area.isEmpty, !other.area.isEmpty else { return }
        let isForward = isVertical ? move.deltaY >= 0 : move.deltaX >= 0
        take(isForward ? one : other, &made)
        take(isForward ? other : one, &made)
    }

    private mutating func make(_ move: Move) {
        var move = move
        move.number = moves.nextNumber
        move.basis = move.digest(of: tiles.editions, in: encoder.grid)
        encoder.make(move)
        moves.append(move)
        Self.mark(move, in: encoder.grid, &tiles)
    }

    private static func mark(_ move: Move, in grid: TileGrid, _ tiles: inout TileStates) {
        move.forEachRunWritten(in: grid) { tiles.markMoved($0, by: move.number) }
    }

    /// Appends as many of the waiting moves as fit, behind a byte that counts them.
    ///
    /// - Returns: how many.
    @_lifetime(content: copy content)
    mutating func fillMoves(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64) -> Int {
        let waiting = moves.waiting
        let count = MoveList.count(of: waiting.span, fitting: content.freeCapacity - 1, in: encoder.grid)
        guard count > 0 else { return 0 }
        content.append(UInt8(count))
        MoveList.append(waiting.span.extracting(0..<count), in: encoder.grid, to: &content)
        moves.markSent(count, in: packetNumber)
        return count
    }
}

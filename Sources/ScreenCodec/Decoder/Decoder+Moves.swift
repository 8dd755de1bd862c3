import WireFormat

extension Decoder {
    /// Makes the moves that stand before a body's tiles, but for those that build on what is not here.
    ///
    /// A move that is refused is remembered until `takeRefusedMoves`; the tiles it would have changed are counted in
    /// `missedCount` until something newer comes for them.
    /// - Parameters:
    ///   - reader: at the list; behind it afterwards.
    ///   - count: how many moves there are, at least one.
    ///   - version: the packet number, as for the tiles.
    public mutating func makeMoves(
        from reader: inout ByteReader, count: Int, version: UInt64
    ) throws(Failure) {
        guard version < TileEdition.firstMove else { throw .malformed }
        do {
            let width = Int(try reader.readUInt16())
            let height = Int(try reader.readUInt16())
            try adopt(width: width, height: height, version: version)
            let first = try reader.readUInt32()
            var pixels = 0
            for position in 0..<count {
                let move = try MoveList.readMove(from: &reader, number: first &+ UInt32(truncatingIfNeeded: position))
                pixels += move.area.width * move.area.height
                guard move.isPossible(in: grid), pixels <= grid.pixelCount else { throw Failure.malformed }
                makeOrRefuse(move, version: version)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .truncated
        }
    }

    private mutating func makeOrRefuse(_ move: Move, version: UInt64) {
        guard move.digest(of: editions.span, in: grid) == move.basis, !hasNewer(than: version, in: move) else {
            return refuse(move, version: version)
        }
        let grid = grid
        var pixels = frame.mutableSpan
        PixelMover.make(move, in: &pixels, of: grid)
        damageBounds = damageBounds.union(move.area)
        move.forEachTileWritten(in: grid) { tile in
            noteChange(of: Int(tile), version: version, edition: TileEdition.moved(move.number))
            note(Int(tile), isCoarse: false)
        }
    }

    /// Whether a tile that the move would change was changed by a later packet.
    private func hasNewer(than version: UInt64, in move: Move) -> Bool {
        var hasNewer = false
        move.forEachTileWritten(in: grid) { tile in hasNewer = hasNewer || versions[Int(tile)] > version + 1 }
        return hasNewer
    }

    /// Whoever decodes takes them after every datagram, which holds fewer.
    private static let mostRefusedMoves = 1_024

    private mutating func refuse(_ move: Move, version: UInt64) {
        if refusedMoves.count < Self.mostRefusedMoves { refusedMoves.append(move.number) }
        move.forEachTileWritten(in: grid) { tile in noteMissing(Int(tile), version: version) }
    }

    /// The tile lacks what a packet brought.
    private mutating func noteMissing(_ index: Int, version: UInt64) {
        guard versions[index] <= version + 1, missed[index] <= version + 1 else { return }
        if missed[index] == 0 { missedCount += 1 }
        missed[index] = version + 1
    }

    /// Leaves a patch out that a body has for a tile.
    mutating func refuse(_ index: Int, in version: UInt64) {
        if refusedBodies.last != version, refusedBodies.count < Self.mostRefusedMoves { refusedBodies.append(version) }
        noteMissing(index, version: version)
    }

    /// Hands out the versions of the bodies of which a patch was refused since the last call.
    public mutating func takeRefusedBodies(_ body: (UInt64) -> Void) {
        for version in refusedBodies { body(version) }
        refusedBodies.removeAll(keepingCapacity: true)
    }

    /// Hands out the numbers of the moves that were refused since the last call.
    public mutating func takeRefusedMoves(_ body: (UInt32) -> Void) {
        for number in refusedMoves { body(number) }
        refusedMoves.removeAll(keepingCapacity: true)
    }
}

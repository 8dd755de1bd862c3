extension CursorImage {
    /// A black arrow with a white edge, for cursors that cannot be read.
    static let arrow: CursorImage? = {
        let rows = [
            "#          ", "##         ", "#.#        ", "#..#       ", "#...#      ", "#....#     ", "#.....#    ",
            "#......#   ", "#.......#  ", "#........# ", "#.....#####", "#..#..#    ", "#.# #..#   ", "##  #..#   ",
            "#    #..#  ", "      ##   ",
        ]
        let colours: [Character: UInt32] = ["#": 0xFFFF_FFFF, ".": 0xFF00_0000]
        return CursorImage(
            width: 11, height: rows.count, hotspotX: 0, hotspotY: 0,
            pixels: rows.flatMap { $0.map { colours[$0] ?? 0 } })
    }()
}

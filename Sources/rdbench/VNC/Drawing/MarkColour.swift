/// The colours of the mark, one for each step: those of the 6x6x6 cube that terminals have.
enum MarkColour {
    private static let levels: [UInt32] = [0, 95, 135, 175, 215, 255]
    private static let count = 216
    /// Further apart than neighbours in the cube are.
    private static let stride = 43

    /// The number that a terminal knows it by.
    static func terminalNumber(_ step: Int) -> Int { 16 + step * stride % count }

    /// Red above green above blue.
    static func word(_ step: Int) -> UInt32 {
        let number = step * stride % count
        return levels[number / 36] << 16 | levels[number / 6 % 6] << 8 | levels[number % 6]
    }
}

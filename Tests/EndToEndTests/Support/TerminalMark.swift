/// The last thing that a terminal's script draws: once it is on the screen, so is everything before it, and no cursor
/// comes after it. A terminal draws long after its script wrote when the machine is busy.
enum TerminalMark {
    /// Shell commands to begin with; colour 255 is the mark's own from then on.
    static let prepare = "printf '\\033[?25l\\033]4;255;#123456\\007';"
    /// Shell commands to end with.
    static let draw = "printf '\\033[48;5;255m \\033[0m';"

    static func isOn(_ picture: Picture) -> Bool { picture.pixels.contains(0x12_34_56) }
}

import CX11

/// Key chords that are for the viewer and not for the host.
extension ViewerWindow {
    static let chordModifiers = UInt32(ControlMask | Mod1Mask | ShiftMask)

    private static let latinLetters: ClosedRange<KeySym> = 0x61...0x7A

    /// The command that a key means with the modifiers held: by its letter in any of the keyboard's layouts, or by its
    /// place where the key has no Latin letter at all.
    func command(of event: XKeyEvent) -> ViewerCommand? {
        guard event.state & Self.chordModifiers == Self.chordModifiers else { return nil }
        let keysyms = (0..<4).map { group in
            XkbKeycodeToKeysym(
                connection.display, KeyCode(truncatingIfNeeded: event.keycode), Int32(group), 0)
        }
        let isLatin = keysyms.contains { Self.latinLetters.contains($0) }
        return ViewerCommand.allCases.first {
            isLatin ? keysyms.contains(KeySym($0.letter.value)) : event.keycode == $0.keycode
        }
    }
}

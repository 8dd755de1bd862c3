import CX11

/// The host's keyboard at one moment: which key, with which modifiers, produces a keysym.
struct KeyboardMap {
    /// A key and the modifiers (of Shift and AltGr) to hold while it is pressed.
    struct Stroke: Hashable {
        var keycode: UInt8
        var modifiers: UInt32
    }

    static let shiftMask = UInt32(ShiftMask)

    /// The modifier that ISO_Level3_Shift (AltGr) sets; 0 when no key does.
    private(set) var levelThreeMask: UInt32 = 0
    /// Keys that produce nothing, the last first: free to be given a keysym.
    private(set) var spareKeycodes: [UInt8] = []
    private var strokes: [UInt32: [Stroke]] = [:]
    private var keysyms: [UInt32: UInt32] = [:]
    private var modifiersOfKey: [UInt8: UInt32] = [:]

    /// Reads the map from the server: two round trips.
    /// - Parameter state: the locked modifiers, with the group in bits 13 and 14 as in key events.
    init?(display: OpaquePointer, state: UInt32) {
        let parts = UInt32(XkbKeyTypesMask | XkbKeySymsMask | XkbModifierMapMask)
        guard let description = XkbGetMap(display, parts, UInt32(XkbUseCoreKbd)) else {
            return nil
        }
        defer { XkbFreeKeyboard(description, 0, 1) }
        let keycodes =
            description.pointee
            .min_key_code...max(
                description.pointee.min_key_code, description.pointee.max_key_code)
        readModifiers(display)
        findLevelThree(description, keycodes)
        for keycode in keycodes { readKey(keycode, description, state) }
        sortStrokes()
        spareKeycodes = keycodes.reversed().filter { modifiersOfKey[$0] == nil && Self.isSpare($0, description) }
    }

    /// All ways to type a keysym, the ones with the fewest modifiers first.
    func strokes(for keysym: UInt32) -> [Stroke] { strokes[keysym] ?? [] }

    /// What a key produces while exactly these of Shift and AltGr are held.
    func keysym(of keycode: UInt8, with modifiers: UInt32) -> UInt32? { keysyms[Self.key(keycode, modifiers)] }

    /// The modifiers that a key sets while it is held.
    func modifiers(of keycode: UInt8) -> UInt32 { modifiersOfKey[keycode] ?? 0 }

    /// A key that sets just this modifier.
    func keycode(setting modifier: UInt32) -> UInt8? {
        let wanted = modifier == Self.shiftMask ? KeySymbol.shiftLeft : KeySymbol.levelThreeShift
        return strokes(for: wanted).first { modifiersOfKey[$0.keycode] == modifier }?.keycode
    }

    private static func key(_ keycode: UInt8, _ modifiers: UInt32) -> UInt32 { UInt32(keycode) << 16 | modifiers }

    private static func translate(
        _ keycode: UInt8, _ modifiers: UInt32, _ description: UnsafeMutablePointer<XkbDescRec>
    ) -> UInt32 {
        var consumed: UInt32 = 0
        var keysym: KeySym = 0
        guard XkbTranslateKeyCode(description, keycode, modifiers, &consumed, &keysym) != 0 else { return 0 }
        return UInt32(truncatingIfNeeded: keysym)
    }

    private static func isSpare(_ keycode: UInt8, _ description: UnsafeMutablePointer<XkbDescRec>) -> Bool {
        (0..<4).allSatisfy { group in translate(keycode, UInt32(group) << 13, description) == 0 }
    }

    private mutating func readModifiers(_ display: OpaquePointer) {
        guard let map = XGetModifierMapping(display) else { return }
        defer { XFreeModifiermap(map) }
        let width = Int(map.pointee.max_keypermod)
        for modifier in 0..<8 {
            for index in 0..<width {
                let keycode = map.pointee.modifiermap[modifier * width + index]
                if keycode != 0 { modifiersOfKey[keycode, default: 0] |= 1 << UInt32(modifier) }
            }
        }
    }

    private mutating func findLevelThree(
        _ description: UnsafeMutablePointer<XkbDescRec>, _ keycodes: ClosedRange<UInt8>
    ) {
        for keycode in keycodes where Self.translate(keycode, 0, description) == KeySymbol.levelThreeShift {
            if let mask = modifiersOfKey[keycode], mask.nonzeroBitCount == 1 { levelThreeMask = mask }
        }
    }

    private mutating func readKey(
        _ keycode: UInt8, _ description: UnsafeMutablePointer<XkbDescRec>, _ state: UInt32
    ) {
        for modifiers in [0, Self.shiftMask, levelThreeMask, Self.shiftMask | levelThreeMask] {
            let keysym = Self.translate(keycode, state | modifiers, description)
            guard keysym != 0, keysyms[Self.key(keycode, modifiers)] == nil else { continue }
            keysyms[Self.key(keycode, modifiers)] = keysym
            strokes[keysym, default: []].append(Stroke(keycode: keycode, modifiers: modifiers))
        }
    }

    private mutating func sortStrokes() {
        for keysym in strokes.keys {
            strokes[keysym]?.sort {
                ($0.modifiers.nonzeroBitCount, $0.keycode) < ($1.modifiers.nonzeroBitCount, $1.keycode)
            }
        }
    }
}

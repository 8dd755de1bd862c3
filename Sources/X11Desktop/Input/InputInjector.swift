import CX11

/// Moves the host's pointer and presses its buttons and keys (XTEST).
///
/// It knows what it holds down. Call `releaseAll()` when a session ends; `deinit` does too while the server is there,
/// so that nothing stays pressed even when a session ends by an error. Everything is sent at once, without waiting.
///
/// Keys come as keysyms, so the two keyboards need not have the same layout: a keysym is typed with whatever key and
/// modifiers produce it on the host, and one that no key produces is put on a spare key for the time of this object.
/// A key that is held repeats on the host by the host's own settings: callers send no repeats. Modifiers held by
/// someone at the host's own keyboard are not looked at.
public final class InputInjector: DisplayClient, EventHandler {
    public let connection: DisplayConnection
    private var map: KeyboardMap?
    private var mapIsCurrent = false
    private var keyboardState: UInt32 = 0
    private var heldKeys: [HeldKey] = []
    /// What is different about Shift and AltGr for the key that was pressed last.
    private var change: ModifierChange?
    private var heldButtons: [UInt32] = []
    private var spares = SpareKeys()

    private struct HeldKey {
        var keysym: UInt32
        var keycode: UInt8
    }

    /// Stays while the key is held, since the host repeats it with the modifiers that are held then.
    private struct ModifierChange {
        var keysym: UInt32
        /// Keys that the viewer holds and that are up.
        var lifted: [UInt8]
        /// Keys that are down though the viewer does not hold them.
        var added: [UInt8]
    }

    /// More keys than this are not held at once, whatever the viewer says.
    static let heldKeyLimit = 64

    /// Buttons of a mouse, wheels (4 to 7) included.
    static let buttons: ClosedRange<Int> = 1...15

    /// More clicks of a wheel than this at once are cut off.
    static let wheelLimit = 32

    public init(connection: DisplayConnection) throws(DisplayFailure) {
        try connection.require(.test)
        self.connection = connection
        followKeyboard()
        connection.addHandler(self)
        try connection.synchronise()
        try refreshMap()
    }

    deinit {
        guard connection.isAlive else { return }
        releaseAll()
        spares.restore(on: connection.display)
        XSync(connection.display, 0)
    }

    /// Keysyms held down now, in the order of pressing.
    public var heldKeysyms: [UInt32] { heldKeys.map(\.keysym) }

    /// Moves the pointer to a pixel of the screen; the server keeps it within.
    public func movePointer(x: Int, y: Int) throws(DisplayFailure) {
        try connection.checkAlive()
        let range = 0...DisplayConnection.sideLimit
        guard range.contains(x), range.contains(y) else { return }
        XTestFakeMotionEvent(connection.display, connection.screen, Int32(x), Int32(y), 0)
        connection.flush()
    }

    /// Presses or releases a button: 1 left, 2 middle, 3 right, 8 back, 9 forward. Others than 1 to 15 are ignored.
    public func setButton(_ button: Int, isPressed: Bool) throws(DisplayFailure) {
        try connection.checkAlive()
        guard Self.buttons.contains(button) else { return }
        let button = UInt32(button)
        let isHeld = heldButtons.contains(button)
        guard isPressed != isHeld else { return }
        if isPressed { heldButtons.append(button) } else { heldButtons.removeAll { $0 == button } }
        XTestFakeButtonEvent(connection.display, button, isPressed ? 1 : 0, 0)
        connection.flush()
    }

    /// Turns the wheels by clicks: `vertical` up is positive, `horizontal` right is positive.
    public func turnWheel(vertical: Int, horizontal: Int = 0) throws(DisplayFailure) {
        try connection.checkAlive()
        click(vertical > 0 ? 4 : 5, count: vertical.magnitude)
        click(horizontal > 0 ? 7 : 6, count: horizontal.magnitude)
        connection.flush()
    }

    /// Presses or releases the key that produces a keysym. A press of what is held and a release of what is not are
    /// ignored, and so are numbers that are no keysyms. No round trip unless the keyboard's map changed.
    public func setKey(_ keysym: UInt32, isPressed: Bool) throws(DisplayFailure) {
        try connection.checkAlive()
        if isPressed { try press(keysym) } else { release(keysym) }
        connection.flush()
    }

    /// Types a text, each character pressed and released.
    public func type(_ text: String) throws(DisplayFailure) {
        for scalar in text.unicodeScalars {
            let keysym = KeySymbol.producing(scalar)
            try setKey(keysym, isPressed: true)
            try setKey(keysym, isPressed: false)
        }
    }

    /// Releases every key and button that this object holds down; modifiers last, as a person would.
    public func releaseAll() {
        guard connection.isAlive else { return }
        for button in heldButtons { XTestFakeButtonEvent(connection.display, button, 0, 0) }
        heldButtons = []
        let isModifier = { [map] (key: HeldKey) in map?.modifiers(of: key.keycode) ?? 0 != 0 }
        for key in heldKeys where !isModifier(key) { send(key.keycode, isPressed: false) }
        let lifted = change?.lifted ?? []
        for keycode in change?.added ?? [] { send(keycode, isPressed: false) }
        for key in heldKeys where isModifier(key) && !lifted.contains(key.keycode) {
            send(key.keycode, isPressed: false)
        }
        heldKeys = []
        change = nil
        connection.flush()
    }

    func handle(_ event: XEvent) {
        if event.type == MappingNotify {
            mapIsCurrent = false
        } else if event.type == connection.keyboardEventBase {
            handleKeyboardEvent(event)
        }
    }
}

extension InputInjector {
    /// Locks and the group decide what keys produce: we hear of them instead of asking at each key.
    private func followKeyboard() {
        let display = connection.display
        guard connection.keyboardEventBase >= 0 else { return }
        let device = UInt32(XkbUseCoreKbd)
        let details = UInt(XkbModifierLockMask | XkbGroupStateMask)
        XkbSelectEventDetails(display, device, UInt32(XkbStateNotify), details, details)
        var state = XkbStateRec()
        if XkbGetState(display, device, &state) == 0 {
            keyboardState = Self.state(locked: UInt32(state.locked_mods), group: UInt32(state.group))
        }
    }

    private static func state(locked: UInt32, group: UInt32) -> UInt32 { locked & 0xFF | (group & 3) << 13 }

    private func handleKeyboardEvent(_ event: XEvent) {
        let (type, state) = withUnsafeBytes(of: event) { bytes in
            (bytes.loadUnaligned(as: XkbAnyEvent.self).xkb_type, bytes.loadUnaligned(as: XkbStateNotifyEvent.self))
        }
        if type == XkbStateNotify {
            let newState = Self.state(
                locked: UInt32(truncatingIfNeeded: state.locked_mods), group: UInt32(truncatingIfNeeded: state.group))
            if newState != keyboardState {
                keyboardState = newState
                mapIsCurrent = false
            }
        } else if type == XkbMapNotify || type == XkbNewKeyboardNotify {
            mapIsCurrent = false
        }
    }

    private func refreshMap() throws(DisplayFailure) {
        guard !mapIsCurrent else { return }
        let newMap = KeyboardMap(display: connection.display, state: keyboardState)
        try connection.checkAlive()
        guard let newMap else { throw .refused("the keyboard's map") }
        map = newMap
        mapIsCurrent = true
        spares.update(from: newMap)
    }

    private func press(_ keysym: UInt32) throws(DisplayFailure) {
        guard KeySymbol.validRange.contains(keysym), heldKeys.count < Self.heldKeyLimit,
            !heldKeys.contains(where: { $0.keysym == keysym })
        else { return }
        try refreshMap()
        guard let map, let stroke = stroke(for: keysym, in: map) else { return }
        undoChange()
        if heldKeys.contains(where: { $0.keycode == stroke.keycode }) {
            // Another keysym of the same key: the key goes up first, as it must have on the viewer's keyboard.
            heldKeys.removeAll { $0.keycode == stroke.keycode }
            send(stroke.keycode, isPressed: false)
        }
        changeModifiers(to: stroke.modifiers, map, for: keysym)
        send(stroke.keycode, isPressed: true)
        heldKeys.append(HeldKey(keysym: keysym, keycode: stroke.keycode))
    }

    private func release(_ keysym: UInt32) {
        guard let index = heldKeys.firstIndex(where: { $0.keysym == keysym }) else { return }
        let keycode = heldKeys.remove(at: index).keycode
        // A modifier that is up already only stays up.
        if change?.lifted.contains(keycode) == true {
            change?.lifted.removeAll { $0 == keycode }
        } else {
            send(keycode, isPressed: false)
        }
        if change?.keysym == keysym { undoChange() }
    }

    /// Which of Shift and AltGr our held keys set.
    private func heldModifiers(_ map: KeyboardMap) -> UInt32 {
        heldKeys.reduce(0) { $0 | map.modifiers(of: $1.keycode) } & (KeyboardMap.shiftMask | map.levelThreeMask)
    }

    /// The key to press: one that needs no change of the modifiers held, else the one that needs fewest, else a spare.
    private func stroke(for keysym: UInt32, in map: KeyboardMap) -> KeyboardMap.Stroke? {
        let held = heldModifiers(map)
        let strokes = map.strokes(for: keysym)
        if let fitting = strokes.first(where: { map.keysym(of: $0.keycode, with: held) == keysym }) {
            return KeyboardMap.Stroke(keycode: fitting.keycode, modifiers: held)
        }
        if let nearest = strokes.min(by: {
            ($0.modifiers ^ held).nonzeroBitCount < ($1.modifiers ^ held).nonzeroBitCount
        }) {
            return nearest
        }
        let busy = heldKeys.map(\.keycode)
        return spares.keycode(for: keysym, busy: busy, on: connection.display)
            .map { KeyboardMap.Stroke(keycode: $0, modifiers: held) }
    }

    /// Presses and releases Shift and AltGr as a key needs them.
    private func changeModifiers(to wanted: UInt32, _ map: KeyboardMap, for keysym: UInt32) {
        let held = heldModifiers(map)
        let lifted = heldKeys.map(\.keycode).filter { map.modifiers(of: $0) & (held & ~wanted) != 0 }
        let added = [KeyboardMap.shiftMask, map.levelThreeMask]
            .filter { $0 & wanted & ~held != 0 }.compactMap { map.keycode(setting: $0) }
        for keycode in lifted { send(keycode, isPressed: false) }
        for keycode in added { send(keycode, isPressed: true) }
        if !lifted.isEmpty || !added.isEmpty {
            change = ModifierChange(keysym: keysym, lifted: lifted, added: added)
        }
    }

    /// Puts Shift and AltGr back as the viewer holds them.
    private func undoChange() {
        guard let change else { return }
        self.change = nil
        for keycode in change.added.reversed() { send(keycode, isPressed: false) }
        for keycode in change.lifted { send(keycode, isPressed: true) }
    }

    private func send(_ keycode: UInt8, isPressed: Bool) {
        XTestFakeKeyEvent(connection.display, UInt32(keycode), isPressed ? 1 : 0, 0)
    }

    private func click(_ button: UInt32, count: UInt) {
        for _ in 0..<min(count, UInt(Self.wheelLimit)) {
            XTestFakeButtonEvent(connection.display, button, 1, 0)
            XTestFakeButtonEvent(connection.display, button, 0, 0)
        }
    }
}

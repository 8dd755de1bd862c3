import CX11

/// Keys of the host that produced nothing and were given a keysym that no other key has.
///
/// Programs read the map when they hear that it changed, which may be after the key: so a key keeps its keysym until all
/// spares are used, and then the one that was given longest ago is taken.
struct SpareKeys {
    private struct Assignment {
        var keycode: UInt8
        var keysym: UInt32
    }

    /// The oldest first.
    private var assignments: [Assignment] = []
    private var free: [UInt8] = []

    /// Takes note of a fresh map: assignments that someone else undid (a new layout) are forgotten.
    mutating func update(from map: KeyboardMap) {
        assignments.removeAll { map.keysym(of: $0.keycode, with: 0) != $0.keysym }
        free = map.spareKeycodes
    }

    /// A key that now produces `keysym` at every level; `nil` when there is none to give or it must not be given.
    /// - Parameter busy: keys held down, which must not change.
    mutating func keycode(for keysym: UInt32, busy: [UInt8], on display: OpaquePointer) -> UInt8? {
        if let known = assignments.first(where: { $0.keysym == keysym }) { return known.keycode }
        // A viewer types; it does not get keys that end or leave the server when the host's layout has none.
        guard keysym != KeySymbol.terminateServer, !KeySymbol.serverActions.contains(keysym) else { return nil }
        guard let keycode = takeKeycode(busy: busy) else { return nil }
        assign([KeySym(keysym), KeySym(keysym)], to: keycode, on: display)
        assignments.append(Assignment(keycode: keycode, keysym: keysym))
        return keycode
    }

    /// Makes all of them produce nothing again.
    mutating func restore(on display: OpaquePointer) {
        for assignment in assignments { assign([0, 0], to: assignment.keycode, on: display) }
        assignments = []
    }

    private mutating func takeKeycode(busy: [UInt8]) -> UInt8? {
        let taken = assignments.map(\.keycode)
        if let index = free.firstIndex(where: { !taken.contains($0) }) { return free.remove(at: index) }
        guard let index = assignments.firstIndex(where: { !busy.contains($0.keycode) }) else { return nil }
        return assignments.remove(at: index).keycode
    }

    private func assign(_ keysyms: [KeySym], to keycode: UInt8, on display: OpaquePointer) {
        var keysyms = keysyms
        XChangeKeyboardMapping(display, Int32(keycode), Int32(keysyms.count), &keysyms, 1)
    }
}

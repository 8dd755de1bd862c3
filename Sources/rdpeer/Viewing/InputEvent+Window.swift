import PeerSession
import X11Desktop

extension InputEvent {
    /// What a window's event means to the host; a turn of a wheel is a row of clicks.
    static func events(for event: ViewerEvent) -> [InputEvent] {
        switch event {
        case .key(let keysym, let isPressed): [.key(keysym: keysym, isPressed: isPressed)]
        case .pointerMoved(let x, let y): [.pointerMoved(x: UInt16(clamping: x), y: UInt16(clamping: y))]
        case .button(let number, let isPressed): [.button(number: UInt8(clamping: number), isPressed: isPressed)]
        case .wheel(let vertical, let horizontal):
            clicks(vertical > 0 ? 4 : 5, vertical) + clicks(horizontal > 0 ? 7 : 6, horizontal)
        case .releaseAll: [.releaseAll]
        case .focused, .resized, .redrawNeeded, .closed, .command: []
        }
    }

    /// The keys that type a text, pressed and released one after the other.
    static func typing(_ text: String) -> [InputEvent] {
        text.unicodeScalars.flatMap { scalar -> [InputEvent] in
            let keysym = KeySymbol.producing(scalar)
            return [.key(keysym: keysym, isPressed: true), .key(keysym: keysym, isPressed: false)]
        }
    }

    private static func clicks(_ number: UInt8, _ count: Int) -> [InputEvent] {
        (0..<min(count.magnitude, 32)).flatMap { _ -> [InputEvent] in
            [.button(number: number, isPressed: true), .button(number: number, isPressed: false)]
        }
    }
}

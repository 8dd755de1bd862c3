import CX11

extension ViewerWindow {
    func keyPressed(_ event: XKeyEvent) {
        let keycode = UInt8(truncatingIfNeeded: event.keycode)
        guard keys[keycode] == nil, !chordKeys.contains(keycode) else { return }
        if let command = command(of: event) {
            chordKeys.insert(keycode)
            events.append(.command(command))
            return
        }
        var event = event
        var keysym: KeySym = 0
        XLookupString(&event, nil, 0, &keysym, nil)
        guard keysym != 0 else { return }
        keys[keycode] = UInt32(truncatingIfNeeded: keysym)
        events.append(.key(keysym: UInt32(truncatingIfNeeded: keysym), isPressed: true))
    }

    /// The key goes up as what it went down as, whatever the modifiers say by now.
    func keyReleased(_ event: XKeyEvent) {
        chordKeys.remove(UInt8(truncatingIfNeeded: event.keycode))
        guard let keysym = keys.removeValue(forKey: UInt8(truncatingIfNeeded: event.keycode)) else { return }
        events.append(.key(keysym: keysym, isPressed: false))
    }

    func buttonPressed(_ event: XButtonEvent) {
        let number = Int(event.button)
        guard layout.area.contains(x: Int(event.x), y: Int(event.y)) else { return }
        pointerMoved(x: Int(event.x), y: Int(event.y))
        switch number {
        case 4: events.append(.wheel(vertical: 1, horizontal: 0))
        case 5: events.append(.wheel(vertical: -1, horizontal: 0))
        case 6: events.append(.wheel(vertical: 0, horizontal: -1))
        case 7: events.append(.wheel(vertical: 0, horizontal: 1))
        default:
            buttons.append(number)
            events.append(.button(number: number, isPressed: true))
        }
    }

    func buttonReleased(_ event: XButtonEvent) {
        let number = Int(event.button)
        guard buttons.contains(number) else { return }
        pointerMoved(x: Int(event.x), y: Int(event.y))
        buttons.removeAll { $0 == number }
        events.append(.button(number: number, isPressed: false))
    }

    func pointerMoved(x: Int, y: Int) {
        let point = layout.sourcePoint(windowX: x, windowY: y)
        if case .pointerMoved = events.last {
            events.last = .pointerMoved(x: point.x, y: point.y)
        } else {
            events.append(.pointerMoved(x: point.x, y: point.y))
        }
    }

    func focusChanged(_ event: XFocusChangeEvent) {
        // Our own grab moves the focus in the protocol's eyes, not in the user's.
        guard event.mode != NotifyGrab && event.mode != NotifyUngrab || !grabsKeyboard else { return }
        if event.type == FocusIn {
            guard event.detail != NotifyPointer else { return }
            if grabsKeyboard { grabKeyboard() }
            events.append(.focused)
        } else {
            keys = [:]
            chordKeys = []
            buttons = []
            events.append(.releaseAll)
            // A grab outlives the focus: what is typed elsewhere now is not for the host.
            if grabsKeyboard { XUngrabKeyboard(connection.display, Time(CurrentTime)) }
        }
    }

    func messageReceived(_ event: XClientMessageEvent) {
        guard event.message_type == atoms.protocols, event.format == 32 else { return }
        if Atom(truncatingIfNeeded: event.data.l.0) == atoms.deleteWindow { events.append(.closed) }
    }

    func grabKeyboard() {
        XGrabKeyboard(connection.display, window, 0, GrabModeAsync, GrabModeAsync, Time(CurrentTime))
    }
}

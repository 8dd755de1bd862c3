import CX11
import Glibc
import Synchronization

/// Xlib's error handlers are one per process and know only the display's address, hence this table.
enum DisplayHealthRegistry {
    private static let table = Mutex<[UInt: DisplayHealth]>([:])

    /// Xlib's defaults print and exit; ours record and return. A write to a dead server is an error to handle, not a
    /// signal to die of; a program's own handling of the signal stays.
    private static let installHandlers: Void = {
        var current = sigaction()
        if sigaction(SIGPIPE, nil, &current) == 0, current.__sigaction_handler.sa_handler == nil {
            signal(SIGPIPE, SIG_IGN)
        }
        _ = XSetErrorHandler { display, _ in
            DisplayHealthRegistry.health(of: display)?.noteError()
            return 0
        }
        _ = XSetIOErrorHandler { display in
            DisplayHealthRegistry.health(of: display)?.noteLost()
            return 0
        }
    }()

    /// To be called before the first display is opened.
    static func prepare() { installHandlers }

    static func register(_ display: OpaquePointer) -> DisplayHealth {
        prepare()
        let health = DisplayHealth()
        table.withLock { $0[UInt(bitPattern: display)] = health }
        // The default exit handler ends the process after the I/O error handler has returned (libX11 1.7 and later).
        XSetIOErrorExitHandler(display, { display, _ in DisplayHealthRegistry.health(of: display)?.noteLost() }, nil)
        return health
    }

    static func unregister(_ display: OpaquePointer) {
        _ = table.withLock { $0.removeValue(forKey: UInt(bitPattern: display)) }
    }

    private static func health(of display: OpaquePointer?) -> DisplayHealth? {
        guard let display else { return nil }
        return table.withLock { $0[UInt(bitPattern: display)] }
    }
}

import X11Desktop

/// What of a display is shared.
enum DisplayPart: Equatable {
    case all
    /// By its name, or its number in the display's order, from 1.
    case monitor(String)
    case window(UInt)

    func capture(on connection: DisplayConnection) throws(DisplayFailure) -> ScreenCapture {
        switch self {
        case .all: return try ScreenCapture(connection: connection)
        case .window(let identifier): return try ScreenCapture(connection: connection, window: identifier)
        case .monitor(let name):
            let monitors = try connection.monitors()
            if let number = Int(name), (1...monitors.count).contains(number),
                !monitors.contains(where: { $0.name == name })
            {
                return try ScreenCapture(connection: connection, monitor: monitors[number - 1].name)
            }
            return try ScreenCapture(connection: connection, monitor: name)
        }
    }
}

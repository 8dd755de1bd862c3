import ScreenCodec
import X11Desktop

/// What of a display is shared.
enum DisplayPart: Equatable {
    case all
    /// By its name, or its number in the display's order, from 1.
    case monitor(String)
    case window(UInt)

    /// What viewers show.
    private static let limits: CaptureLimits = {
        let limits = Decoder.Limits()
        return CaptureLimits(
            side: min(limits.maximumWidth, limits.maximumHeight), pixelCount: limits.maximumPixelCount)
    }()

    func capture(on connection: DisplayConnection) throws(DisplayFailure) -> ScreenCapture {
        switch self {
        case .all: try ScreenCapture(connection: connection, limits: Self.limits)
        case .window(let identifier):
            try ScreenCapture(connection: connection, window: identifier, limits: Self.limits)
        case .monitor(let name):
            try ScreenCapture(
                connection: connection, monitor: Self.name(of: name, among: connection.monitors()),
                limits: Self.limits)
        }
    }

    private static func name(of text: String, among monitors: [Monitor]) -> String {
        guard let number = Int(text), number > 0, number <= monitors.count,
            !monitors.contains(where: { $0.name == text })
        else { return text }
        return monitors[number - 1].name
    }
}

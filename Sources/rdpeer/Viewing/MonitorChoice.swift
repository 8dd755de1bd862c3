import ArgumentParser
import X11Desktop

/// `--monitor`: one of the viewer's own monitors, by its number, counted from 1, or by its name.
struct MonitorChoice: ExpressibleByArgument, Equatable {
    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    /// - Throws: `DisplayFailure`, or a fault that names the monitors that are there.
    func monitor(of connection: DisplayConnection) throws -> Monitor {
        let monitors = try connection.monitors()
        if let number = Int(text), monitors.indices.contains(number - 1) { return monitors[number - 1] }
        if let named = monitors.first(where: { $0.name == text }) { return named }
        let list = monitors.enumerated().map { index, monitor in
            "\(index + 1) (\(monitor.name), \(monitor.area.width)x\(monitor.area.height))"
        }
        throw MonitorFault(
            description: "there is no monitor \"\(text)\" at this display; there are: "
                + list.joined(separator: ", "))
    }
}

struct MonitorFault: Error, CustomStringConvertible {
    let description: String
}

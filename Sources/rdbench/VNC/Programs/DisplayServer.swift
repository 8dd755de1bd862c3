import Foundation

/// An X server for one measurement: without hardware, or a VNC server that is one itself.
final class DisplayServer {
    static let width = 1_920
    static let height = 1_080

    let name: String
    let program: DisplayProgram

    /// - Parameter port: of Xvnc, which is its own X server; nil for Xvfb.
    init(
        vncPort port: Int? = nil, width: Int = width, height: Int = height, folder: String, namespace: String? = nil
    ) throws {
        let geometry = "\(width)x\(height)"
        let common = ["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-s", "0"]
        if let port {
            program = try DisplayProgram(
                .xvnc,
                [
                    "-geometry", geometry, "-depth", "24", "-SecurityTypes", "None", "-rfbport", "\(port)",
                    "-localhost=0", "-AlwaysShared",
                ] + common, folder: folder, namespace: namespace)
        } else {
            program = try DisplayProgram(
                .xvfb, ["-screen", "0", "\(geometry)x24"] + common, folder: folder)
        }
        guard let number = Int(try program.firstLine()) else { throw program.failure("it names no display") }
        name = ":\(number)"
    }

    func stop() { program.stop() }
}

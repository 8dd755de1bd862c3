import Foundation

/// A viewer that runs until it is told to end, and gives its picture whenever it is asked.
struct LiveView {
    let process: ChildProcess
    private let world: World
    private let name: String

    init(_ code: String, _ server: Server, _ arguments: [String] = [], world: World, name: String = "live.png") throws {
        self.world = world
        self.name = name
        process = try world.startViewer(
            code, server,
            arguments + ["--snapshot", world.file(name), "--snapshot-when", "end", "--duration", "600"])
    }

    /// What the viewer sees now, as the bytes of a PNG file; waits until it is exact.
    func snapshot(seconds: Double = TimeLimit.usual) throws -> Data {
        let mark = process.mark
        process.send(SIGUSR1)
        try process.event("snapshot", from: mark, seconds: seconds)
        return try Data(contentsOf: URL(fileURLWithPath: world.file(name)))
    }

    /// Waits until the viewer sees another picture than it does now: frames arrive.
    func waitForNewPicture(seconds: Double = TimeLimit.usual) throws {
        let first = try snapshot(seconds: seconds)
        try TimeLimit.poll("a new picture", seconds: seconds) { try snapshot(seconds: seconds) == first ? nil : true }
    }

    /// Waits until the viewer sees a picture.
    ///
    /// - Returns: how it still differs when time is over; nil if it does not.
    ///
    /// - Parameter wanted: looked at anew each time, as a screen may be drawn yet.
    func difference(
        from wanted: @autoclosure () throws -> Picture, seconds: Double = TimeLimit.usual
    ) throws -> String? {
        let limit = TimeLimit(seconds: seconds)
        while true {
            _ = try snapshot()
            let difference = try world.readPNG(name).difference(from: wanted())
            if difference == nil || limit.isOver { return difference }
        }
    }

    /// Ends the session as a user does with Ctrl-C.
    func close() throws -> ExitStatus {
        process.send(SIGTERM)
        return try process.waitForEnd()
    }
}

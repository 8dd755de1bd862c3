import Foundation

/// A folder and the processes of one test, which are gone when it ends.
final class World {
    let folder: String
    private var children: [ChildProcess] = []
    private var displays: [VirtualDisplay] = []

    private init() throws {
        var template = Array((NSTemporaryDirectory() + "beeline-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no temporary folder") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func run(_ body: (World) throws -> Void) throws {
        let world = try World()
        defer { world.end() }
        try body(world)
    }

    private func end() {
        for child in children.reversed() { child.kill() }
        for display in displays { display.end() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    func file(_ name: String) -> String { "\(folder)/\(name)" }

    func contents(of name: String) -> String? { try? String(contentsOfFile: file(name), encoding: .utf8) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    }

    /// Starts a program.
    ///
    /// - Parameter home: the folder that it takes for the user's own.
    func start(
        _ name: String, _ program: String, _ arguments: [String], environment: [String: String] = [:],
        home: String = "home"
    ) throws -> ChildProcess {
        let own = [
            "HOME": file(home), "XDG_CONFIG_HOME": "", "XDG_CACHE_HOME": "", "BEELINE_SERVER": "", "DISPLAY": "",
            "LC_ALL": "C.UTF-8",
        ]
        let child = try ChildProcess(
            name, program, arguments, environment: own.merging(environment) { $1 },
            errorFile: file("errors-\(children.count)"))
        children.append(child)
        return child
    }

    func startDisplay(width: Int = 800, height: Int = 600, depth: Int = 24) throws -> VirtualDisplay {
        let display = try VirtualDisplay(world: self, width: width, height: height, depth: depth)
        displays.append(display)
        return display
    }
}

/// JSON lines as events.
extension ChildProcess {
    /// How many lines came so far: where to look for what comes after this moment.
    var mark: Int {
        readOutput()
        return lines.count
    }

    /// The first event of a name, from a mark on, that fits; waits for it.
    @discardableResult
    func event(
        _ name: String, from first: Int = 0, seconds: Double = TimeLimit.usual,
        where fits: (JSON) -> Bool = { _ in true }
    ) throws -> JSON {
        try line("\"\(name)\"", from: first, seconds: seconds) { line in
            guard let value = JSON(line), value["event"]?.string == name, fits(value) else { return nil }
            return value
        }
    }

    /// A text in the first event of a name.
    func text(_ field: String, of name: String, from first: Int = 0) throws -> String {
        let event = try event(name, from: first)
        guard let text = event[field]?.string else { throw failure("wrote \"\(name)\" without \"\(field)\"") }
        return text
    }

    /// A host's code for one session after the other, counted from 0; waits for it.
    func code(number: Int) throws -> String {
        var before = number
        let event = try event("code") { _ in
            before -= 1
            return before < 0
        }
        guard let code = event["code"]?.string else { throw failure("wrote \"code\" without a code") }
        return code
    }

    /// All events so far of a name.
    func events(_ name: String, from first: Int = 0) -> [JSON] {
        readOutput()
        return lines[min(first, lines.count)...].compactMap { JSON($0) }.filter { $0["event"]?.string == name }
    }

    /// Waits until a session goes a way, `direct` or `relayed`; it may have begun the other way.
    func waitForPath(_ path: String) throws {
        try line("\(path) path") { line -> Bool? in
            guard let event = JSON(line), ["connected", "path"].contains(event["event"]?.string) else { return nil }
            return event["path"]?.string == path ? true : nil
        }
    }

    /// The names of all events so far; nil in place of a line that is none.
    var eventNames: [String?] {
        readOutput()
        return lines.map { JSON($0)?["event"]?.string }
    }
}

/// What became of a session whose server was killed.
struct ServerDeath: Sendable {
    let path: LivePath
    /// The path it had when the server died.
    var pathBefore: String
    /// The viewer's picture went on changing without the server.
    var goesOn = false
    /// Milliseconds from the server's death until the viewer said that the server is gone; nil if it never did.
    var noticedAfter: Double?
    /// Milliseconds from the server's death until the viewer said that it has no path; nil if it never did.
    var lostAfter: Double?
    /// The picture moves again after the server's return.
    var isBack = false
    /// Milliseconds from the server's return until the viewer named a path again.
    var recoveredAfter: Double?

    /// For the comparison.
    var words: String {
        var words = goesOn ? "nothing: the picture goes on" : "the session, until the server is back"
        if let noticedAfter { words += "; told after \(Figure.short(noticedAfter)) ms" }
        guard !goesOn else { return words }
        words += lostAfter.map { ", path lost after \(Figure.short($0)) ms" } ?? ", the path was not given up before"
        if let recoveredAfter { return words + "; back \(Figure.short(recoveredAfter)) ms after the server" }
        return words + (isBack ? "; the picture moves again" : "; it did not come back in time")
    }

    var json: JSONValue {
        .object([
            "path": .string(pathBefore), "goes_on": .bool(goesOn), "back": .bool(isBack),
            "signaling_lost_ms": noticedAfter.map(JSONValue.rounded) ?? .null,
            "path_lost_ms": lostAfter.map(JSONValue.rounded) ?? .null,
            "recovered_ms": recoveredAfter.map(JSONValue.rounded) ?? .null,
        ])
    }
}

import Glibc

/// Where this user's keys are: `beeline` in `XDG_CONFIG_HOME`, else in `~/.config`.
enum ConfigurationFolder {
    static func path(of name: String) throws(FileFault) -> String {
        if let folder = value("XDG_CONFIG_HOME") { return "\(folder)/beeline/\(name)" }
        guard let home = value("HOME") else { throw FileFault("HOME is not set: name the file by an option") }
        return "\(home)/.config/beeline/\(name)"
    }

    /// Makes the folders that a file needs, closed to others.
    static func makeFolders(for path: String) throws(FileFault) {
        var folder = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            guard mkdir(folder, 0o700) != 0, errno != EEXIST else { continue }
            let code = errno
            guard access(folder, F_OK) == 0 else { throw FileFault(path: folder, cannot: "create", code: code) }
        }
    }

    /// Where this program's files are that may be deleted at any time: `beeline` in `XDG_CACHE_HOME`, else in `~/.cache`.
    static var cache: String? {
        if let folder = value("XDG_CACHE_HOME") { return "\(folder)/beeline" }
        return home.map { "\($0)/.cache/beeline" }
    }

    static var home: String? { value("HOME") }

    private static func value(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}

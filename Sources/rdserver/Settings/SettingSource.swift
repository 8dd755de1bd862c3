/// Where a value comes from; the first that has one decides.
enum SettingSource: Equatable, Sendable, CustomStringConvertible {
    case flag
    case environment
    case file(String)
    case usual

    /// As a table says it.
    var description: String {
        switch self {
        case .flag: "flag"
        case .environment: "environment"
        case .file(let path): path
        case .usual: "default"
        }
    }

    /// What a setting is called there.
    func name(of setting: Setting) -> String {
        switch self {
        case .flag, .usual: "--\(setting.rawValue)"
        case .environment: setting.variable
        case .file(let path): "\"\(setting.rawValue)\" in \(path)"
        }
    }
}

import Configuration

/// All that was set, and where: flags before the environment before the file before what is usual.
struct Settings: Sendable {
    typealias Entry = (value: SettingValue, source: SettingSource)

    private(set) var entries: [Setting: Entry] = [:]
    private(set) var faults: [SettingFault] = []
    /// Where the file is, if there is one.
    let file: String?

    /// - Parameters:
    ///   - flags: what the command line says.
    ///   - environment: all variables; an empty one says nothing.
    ///   - file: the configuration file that the command line names; nil: `BEELINE_CONFIG` may.
    init(flags: [Setting: SettingValue], environment: [String: String], file: String?) {
        let variables = environment.filter { $0.key.hasPrefix("BEELINE_") && !$0.value.isEmpty }
        self.file = file ?? variables["BEELINE_CONFIG"]
        let environment = EnvironmentVariablesProvider(environmentVariables: variables).prefixKeys(with: "beeline")
        var sources: [(source: SettingSource, snapshot: any ConfigSnapshot)] = [
            (.flag, Self.provider(of: flags).snapshot()), (.environment, environment.snapshot()),
        ]
        if let file = self.file {
            do throws(SettingFault) {
                let read = try SettingFile(path: file)
                faults += read.faults
                sources.append((.file(file), read.snapshot))
            } catch { faults.append(error) }
        }
        for setting in Setting.allCases {
            do throws(SettingFault) { entries[setting] = try Self.look(for: setting, in: sources) } catch {
                faults.append(error)
            }
        }
    }

    subscript(setting: Setting) -> SettingValue? { entries[setting]?.value ?? setting.usual }

    func source(of setting: Setting) -> SettingSource { entries[setting]?.source ?? .usual }

    func text(_ setting: Setting) -> String? {
        if case .text(let text)? = self[setting] { text } else { nil }
    }

    /// Of a setting that has a usual number.
    func number(_ setting: Setting) -> Int {
        guard let number = number(ifSet: setting) else { preconditionFailure("\(setting) has no usual number") }
        return number
    }

    func number(ifSet setting: Setting) -> Int? {
        if case .number(let number)? = self[setting] { number } else { nil }
    }

    func flag(_ setting: Setting) -> Bool { self[setting] == .flag(true) }

    func list(_ setting: Setting) -> [String] {
        if case .list(let texts)? = self[setting] { texts } else { [] }
    }

    /// What a setting is called where it was set.
    func name(of setting: Setting) -> String { source(of: setting).name(of: setting) }

    private static func provider(of flags: [Setting: SettingValue]) -> InMemoryProvider {
        let values = flags.map { setting, value in
            let content: ConfigContent =
                switch value {
                case .text(let text): .string(text)
                case .number(let number): .int(number)
                case .flag(let flag): .bool(flag)
                case .list(let texts): .stringArray(texts)
                }
            return (AbsoluteConfigKey([setting.rawValue]), ConfigValue(content, isSecret: setting.isSecret))
        }
        return InMemoryProvider(name: "flags", values: Dictionary(values) { first, _ in first })
    }

    private static func look(
        for setting: Setting, in sources: [(source: SettingSource, snapshot: any ConfigSnapshot)]
    ) throws(SettingFault) -> Entry? {
        for (source, snapshot) in sources {
            let name = source.name(of: setting)
            let content: ConfigContent?
            do {
                content = try snapshot.value(
                    forKey: AbsoluteConfigKey([setting.rawValue]), type: setting.kind.type
                ).value?.content
            } catch { throw SettingFault("\(name) wants \(setting.kind.words).") }
            switch (content, setting.kind) {
            case (.string(let text)?, _): return (.text(text), source)
            case (.int(let number)?, .number(let range)):
                guard range.contains(number) else { throw SettingFault("\(name) wants \(setting.kind.words).") }
                return (.number(number), source)
            case (.bool(let flag)?, _): return (.flag(flag), source)
            case (.stringArray(let texts)?, _): return (.list(texts), source)
            default: break
            }
        }
        return nil
    }
}

extension Setting.Kind {
    fileprivate var type: ConfigType {
        switch self {
        case .text: .string
        case .number: .int
        case .flag: .bool
        case .list: .stringArray
        }
    }

    fileprivate var words: String {
        switch self {
        case .text: "a text"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .list: "a list of texts"
        }
    }
}

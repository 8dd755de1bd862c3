/// Why settings cannot be used, in words.
struct SettingFault: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

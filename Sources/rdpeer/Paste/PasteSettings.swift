/// How files are copied and pasted.
struct PasteSettings {
    /// Where folders for pasted files are made.
    var folder: String

    /// Where, if nobody says: with what else may be deleted at any time.
    static var usualFolder: String { ConfigurationFolder.cache ?? "/tmp" }
}

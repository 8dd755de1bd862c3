/// How files are copied and pasted.
struct PasteSettings {
    /// Where folders for pasted files are made.
    var folder: String

    /// Where, if nobody says: with what else may be deleted at any time.
    static func usualFolder() throws(FileFault) -> String {
        guard let folder = ConfigurationFolder.cache else {
            throw FileFault("HOME is not set: name a folder by --paste-directory, or use --no-files")
        }
        return folder
    }
}

import PeerSession
import SecureChannel

/// The file of the keys whose owners may view: one HOST-ID a line, anything after it, `#` lines. A word before the
/// HOST-ID says what its owner may not: `view-only,time=30m HOST-ID the laptop`. Right behind the HOST-ID such a word is
/// refused.
enum AuthorizedKeys {
    /// - Parameter isRecording: whether sessions are recorded, which some viewers' lines ask for.
    static func read(_ path: String, isRecording: Bool) throws(FileFault) -> AuthorizedViewers {
        let list = try parse(String(decoding: try WholeFile.read(path).bytes, as: UTF8.self), path: path)
        var viewers: [(key: PublicKey, terms: ViewerTerms)] = []
        for entry in list.entries {
            let terms = try terms(of: entry, path: path)
            if terms.isRecorded, !isRecording {
                throw FileFault(
                    "\(path), line \(entry.line): sessions of this viewer are to be recorded. Start with --record FILE")
            }
            viewers.append((entry.key, terms.viewer))
        }
        return AuthorizedViewers(viewers)
    }

    /// Reads a list of keys, of whatever file.
    static func parse(_ text: String, path: String) throws(FileFault) -> KeyList {
        do { return try KeyList(text) } catch {
            throw FileFault("\(path), line \(error.line): \"\(error.word)\" is not a HOST-ID, or is mistyped")
        }
    }

    private static func terms(of entry: KeyList.Entry, path: String) throws(FileFault) -> KeyTerms {
        // Behind the key it would be taken for a name, and forbid nothing.
        if let name = entry.name, (try? KeyTerms(name)) != nil {
            throw FileFault(
                "\(path), line \(entry.line): \"\(name)\" limits nothing behind a HOST-ID: put it before the HOST-ID")
        }
        guard let text = entry.terms else { return KeyTerms() }
        do { return try KeyTerms(text) } catch {
            throw FileFault(
                "\(path), line \(entry.line): \"\(error.word)\" says nothing before a HOST-ID; \(KeyTerms.help) do, "
                    + "separated by commas")
        }
    }
}

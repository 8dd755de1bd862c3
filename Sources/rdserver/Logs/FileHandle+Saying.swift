import Foundation

extension FileHandle {
    /// Writes what can be written of a text: a full disk or a terminal that is gone must not end a server that is in use.
    func say(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}

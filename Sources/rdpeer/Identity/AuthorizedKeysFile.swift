import Glibc
import PeerSession
import ProgramSupport

/// The file of the keys whose owners may view, which is read again whenever it has changed: who comes is looked up in it
/// as it is then, as ssh does.
final class AuthorizedKeysFile {
    let path: String
    /// As it was when the program began.
    let viewers: AuthorizedViewers
    private let isRecording: Bool
    private var look: FileLook

    /// - Parameters:
    ///   - path: nil for the user's own, whose folder is made.
    ///   - isRecording: whether sessions are recorded, which some viewers' lines ask for.
    init(_ path: String?, isRecording: Bool) throws(FileFault) {
        if let path {
            self.path = path
        } else {
            self.path = try ConfigurationFolder.path(of: "authorized_keys")
            try ConfigurationFolder.makeFolders(for: self.path)
        }
        self.isRecording = isRecording
        look = FileLook(self.path)
        let hint =
            "Put what `rdpeer identity` prints on the viewer's machine there, one line for each machine that may view this "
            + "one: echo KEY >> \(self.path)"
        do { viewers = try AuthorizedKeys.read(self.path, isRecording: isRecording) } catch {
            throw WholeFile.exists(self.path) ? error : FileFault("\(error). \(hint)")
        }
        guard !viewers.keys.isEmpty else { throw FileFault("\(self.path) names no key. \(hint)") }
    }

    /// Whose keys stand there now, or why that cannot be told; nil if nothing has changed since it was asked last. Nobody's
    /// in a file that is gone.
    func change() -> Result<AuthorizedViewers, FileFault>? {
        let now = FileLook(path)
        guard now != look else { return nil }
        look = now
        if access(path, F_OK) != 0, errno == ENOENT { return .success([]) }
        return Result { () throws(FileFault) in try AuthorizedKeys.read(path, isRecording: isRecording) }
    }
}

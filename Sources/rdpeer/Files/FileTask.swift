import FileTransfer
import PeerSession

/// What a viewer wants to have sent or fetched.
struct FileTask {
    enum Item {
        /// A path of this machine.
        case send(String)
        case get(FileName)
    }

    var items: [Item]
    /// Where what is fetched comes to lie.
    var folder: String
    /// The most bytes that are fetched.
    var byteLimit: UInt64
    /// The session is for this alone, and ends with it.
    var isAll: Bool
    /// Secret, the same in every run: what was begun is gone on with.
    var tokenKey: [UInt8]
}

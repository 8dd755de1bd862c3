import Glibc

/// Where something is that was copied, or is in a folder that was.
struct PastePlace {
    let path: String
    /// Where it is looked up: its name in the folder as that was opened, so that a link which takes a folder's place
    /// meanwhile leads nowhere.
    private let name: String
    private let folder: Int32
    private let isInFolder: Bool

    /// Its owner named it.
    init(path: String) {
        self.path = path
        name = path
        folder = AT_FDCWD
        isInFolder = false
    }

    init(path: String, name: String, in folder: Int32) {
        self.path = path
        self.name = name
        self.folder = folder
        isInFolder = true
    }

    var status: stat? {
        var status = stat()
        return fstatat(folder, name, &status, isInFolder ? AT_SYMLINK_NOFOLLOW : 0) == 0 ? status : nil
    }

    var isReadable: Bool { faccessat(folder, name, R_OK, 0) == 0 }

    /// - Returns: what is to be closed; negative if it cannot be opened.
    func openFolder() -> Int32 {
        openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (isInFolder ? O_NOFOLLOW : 0))
    }
}

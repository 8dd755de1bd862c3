import CLinux
import Glibc
import PeerSession

/// Folders of files that were pasted: built once all files are there, and removed with all that is in them.
enum PasteTree {
    /// The folder of an announcement's files in its session's folder.
    static func folderName(_ announcement: PasteAnnouncement) -> String { "\(announcement.number)" }

    /// Gives the files their names, in folders as they were copied, and syncs these.
    ///
    /// - Parameters:
    ///   - folder: the session's.
    ///   - isHosts: whose files they are.
    /// - Returns: false if that could not be done.
    static func build(_ announcement: PasteAnnouncement, isHosts: Bool, in folder: Int32) -> Bool {
        let top = folderName(announcement)
        guard mkdirat(folder, top, 0o700) == 0 else { return false }
        let listing = announcement.listing
        var folders = [".", top]
        for index in listing.entries.indices {
            let path = ([top] + listing.path(of: index).map(\.text)).joined(separator: "/")
            let name = PasteName(isHosts: isHosts, number: announcement.number, index: index).description
            let isDone =
                listing.entries[index].size == nil
                ? mkdirat(folder, path, 0o700) == 0 : linux_rename_exclusively(folder, name, path) == 0
            guard isDone || (errno == EINVAL && renameat(folder, name, folder, path) == 0) else { return false }
            if listing.entries[index].size == nil { folders.append(path) }
        }
        return folders.allSatisfy { synchronize($0, in: folder) }
    }

    private static func synchronize(_ path: String, in folder: Int32) -> Bool {
        let inner = openat(folder, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inner >= 0 else { return false }
        defer { close(inner) }
        return fsync(inner) == 0
    }

    /// Removes what has a name in a folder; no link is followed.
    static func remove(_ name: String, in folder: Int32) {
        if unlinkat(folder, name, 0) == 0 || errno == ENOENT { return }
        let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inner >= 0 else { return }
        removeContents(of: inner)
        close(inner)
        unlinkat(folder, name, AT_REMOVEDIR)
    }

    static func removeContents(of folder: Int32) {
        for name in names(in: folder) { remove(name, in: folder) }
    }

    static func names(in folder: Int32) -> [String] {
        (FolderNames.read(folder) ?? []).map { String(decoding: $0, as: UTF8.self) }
    }
}

import Glibc

/// What tells a file from an earlier one of its name, and from itself before somebody changed its contents or its rights.
package struct FileLook: Equatable, Sendable {
    private let inode: UInt64
    private let numbers: [Int]

    /// - Parameter path: of a file that need not be there.
    package init(_ path: String) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        inode = isThere ? UInt64(status.st_ino) : 0
        numbers = isThere ? [Int(status.st_size), status.st_ctim.tv_sec, status.st_ctim.tv_nsec] : []
    }
}

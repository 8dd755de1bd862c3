import Foundation

/// What the kernel has for a socket that is watched.
enum KernelObjects {
    private static let names = ["UDP", "sock_inode_cache", "dentry", "filp", "eventpoll_epi", "eventpoll_pwq"]

    /// Bytes of the objects of one UDP socket, its buffers empty; nil where only root may know.
    static var bytesPerSocket: Int? {
        guard let text = try? String(contentsOfFile: "/proc/slabinfo", encoding: .utf8) else { return nil }
        let sizes = text.split(separator: "\n").compactMap { line -> Int? in
            let fields = line.split(separator: " ")
            guard fields.count > 3, names.contains(String(fields[0])) else { return nil }
            return Int(fields[3])
        }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }
}

import CLinux
import Foundation

/// Namespaces of this process's own, in which it is root and may build networks; they vanish with the last process.
enum LabSandbox {
    /// Moves this process into them.
    ///
    /// - Important: call it before any other thread is there.
    static func enter() throws(BenchFailure) {
        // Seen from other mounts, the path of this program may be another one.
        _ = ProgramFolder.own
        let isRoot = geteuid() == 0
        let user = getuid()
        let group = getgid()
        let flags = CLONE_NEWNET | CLONE_NEWNS | (isRoot ? 0 : CLONE_NEWUSER)
        guard linux_unshare(flags) == 0 else { throw .noLaboratory("unshare: \(reason)") }
        if !isRoot {
            // Without this, user_namespaces(7) lets nobody map groups.
            try write("deny", to: "/proc/self/setgroups")
            try write("0 \(user) 1", to: "/proc/self/uid_map")
            try write("0 \(group) 1", to: "/proc/self/gid_map")
        }
        // The names of network namespaces are mount points below /run/netns: nobody else shall see ours.
        guard linux_make_mounts_private() == 0, linux_mount_memory("/run") == 0, mkdir("/run/netns", 0o755) == 0
        else { throw .noLaboratory("mount: \(reason)") }
        // Foundation cannot start processes without a loopback interface.
        guard linux_bring_up("lo") == 0 else { throw .noLaboratory("lo: \(reason)") }
    }

    /// Why what is written to some places from within is lost.
    static let hidden = "networks are built with a /run of their own, which ends with this program"

    /// Whether a file would be in such a place.
    static func hides(_ path: String) -> Bool {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().resolvingSymlinksInPath().path
        return folder == "/run" || folder.hasPrefix("/run/")
    }

    private static var reason: String { String(cString: strerror(errno)) }

    private static func write(_ text: String, to path: String) throws(BenchFailure) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        guard descriptor >= 0, Foundation.write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw .noLaboratory("\(path): \(reason)")
        }
    }
}

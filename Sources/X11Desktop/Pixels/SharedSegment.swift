import CX11
import Glibc

/// Memory shared with the X server (MIT-SHM).
///
/// It is marked for removal as soon as the server has attached it, so the kernel frees it with the last of both
/// processes however they end.
final class SharedSegment {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    /// Stays at one address: images made on the segment point to it.
    let information: UnsafeMutablePointer<XShmSegmentInfo>
    private let connection: DisplayConnection

    /// `nil` when there is no MIT-SHM or the server cannot attach our memory, as over a network: use plain images then.
    init?(connection: DisplayConnection, byteCount: Int) {
        guard connection.isAlive, connection.missing([.sharedMemory]).isEmpty, byteCount > 0 else { return nil }
        // 0 is IPC_PRIVATE, a macro with a cast.
        let identifier = shmget(0, byteCount, IPC_CREAT | 0o600)
        guard identifier >= 0 else { return nil }
        defer { shmctl(identifier, IPC_RMID, nil) }
        guard let base = shmat(identifier, nil, 0), Int(bitPattern: base) != -1 else { return nil }
        let information = UnsafeMutablePointer<XShmSegmentInfo>.allocate(capacity: 1)
        information.initialize(
            to: XShmSegmentInfo(
                shmseg: 0, shmid: identifier, shmaddr: base.assumingMemoryBound(to: CChar.self), readOnly: 0))
        guard connection.accepts({ XShmAttach(connection.display, information) }) else {
            information.deallocate()
            shmdt(base)
            return nil
        }
        self.base = base
        self.byteCount = byteCount
        self.information = information
        self.connection = connection
    }

    deinit {
        if connection.isAlive {
            XShmDetach(connection.display, information)
            connection.flush()
        }
        shmdt(base)
        information.deallocate()
    }

    var identifier: ShmSeg { information.pointee.shmseg }
}

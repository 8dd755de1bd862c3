import FileTransfer
import PeerSession
import SimulatedDisk
import WireFormat

/// The disks of both machines, and the two files that travel, one each way, until they are there; whatever session it
/// takes.
final class FaultFiles {
    /// What the viewer knows of a file.
    enum State: Equatable {
        case idle
        case underWay(TransferIdentifier)
        case stored
    }

    static let names = (toHost: "to-host", fromHost: "from-host")
    private static let keys = (host: [UInt8](repeating: 1, count: 32), viewer: [UInt8](repeating: 2, count: 32))

    let hostDisk = MemoryDisk()
    let viewerDisk = MemoryDisk()
    private let contents: (toHost: [UInt8], fromHost: [UInt8])
    private(set) var toHost = State.idle
    private(set) var fromHost = State.idle
    /// The names under which the disks hold what was said to be stored.
    private var acknowledged: (host: Set<String>, viewer: Set<String>) = ([], [])
    /// What was there of the file to the host when the present session began; nil where nothing is known of it.
    private var heldBytes: Int?
    /// Transfers that went on from where another session had left them.
    private(set) var resumptions = 0

    init(toHost: Int, fromHost: Int, random: inout SeededRandom) {
        var draw = random.fork()
        contents = (
            FaultLedger.file(toHost) { draw.bytes(count: $0) }, FaultLedger.file(fromHost) { draw.bytes(count: $0) }
        )
        viewerDisk[Self.names.toHost] = contents.toHost
        hostDisk[Self.names.fromHost] = contents.fromHost
    }

    var hostStore: FileStore<MemorySystem> { FileStore(MemorySystem(hostDisk), tokenKey: Self.keys.host) }
    var viewerStore: FileStore<MemorySystem> { FileStore(MemorySystem(viewerDisk), tokenKey: Self.keys.viewer) }

    var isDone: Bool { toHost == .stored && fromHost == .stored }

    /// Whether there is a transfer to begin.
    var isWaiting: Bool { toHost == .idle || fromHost == .idle }

    /// The viewer begins what is not under way.
    func begin(_ viewer: inout ViewerPeer, at now: Instant) {
        if toHost == .idle, let identifier = viewer.sendFile(Self.names.toHost, at: now) {
            toHost = .underWay(identifier)
        }
        if fromHost == .idle, let name = FileName(Self.names.fromHost),
            let identifier = viewer.requestFile(name, at: now)
        {
            fromHost = .underWay(identifier)
        }
    }

    /// Another session of the viewer begins.
    func sessionBegan() {
        if toHost != .stored { toHost = .idle }
        if fromHost != .stored { fromHost = .idle }
        heldBytes = partBytes
    }

    func hostRestarted(isPowerLost: Bool) {
        if isPowerLost { hostDisk.losePower() } else { hostDisk.restart() }
        // The viewer's session may have begun before: what was not synced yet is gone for it as well.
        if let heldBytes { self.heldBytes = min(heldBytes, partBytes ?? 0) }
    }

    /// How much of the file to the host is on its disk.
    private var partBytes: Int? { hostDisk.parts.first.flatMap { hostDisk[$0]?.count } }

    func viewerRestarted(isPowerLost: Bool) {
        if isPowerLost { viewerDisk.losePower() } else { viewerDisk.restart() }
    }

    /// The viewer hears of a file.
    ///
    /// - Returns: what is wrong with that.
    func note(_ event: TransferEvent) -> String? {
        switch event {
        case .disk: return nil
        case .began(let file):
            if file.heldBytes > 0 { resumptions += 1 }
            guard file.direction == .sending, let heldBytes, Int(file.heldBytes) < heldBytes else { return nil }
            return "a file went on from \(file.heldBytes), though \(heldBytes) bytes of it were there"
        case .stored(let file, let name):
            if file.direction == .sending {
                toHost = .stored
                acknowledged.host.insert(name)
            } else {
                fromHost = .stored
                acknowledged.viewer.insert(name)
            }
            return check()
        case .failed(let file, _):
            if file.direction == .sending, toHost != .stored { toHost = .idle }
            if file.direction == .receiving, fromHost != .stored { fromHost = .idle }
            return nil
        }
    }

    /// What was acknowledged is on its disk, byte for byte, and nothing unfinished has a name.
    ///
    /// - Returns: what is wrong.
    func check() -> String? {
        for name in acknowledged.host where hostDisk[name] != contents.toHost {
            return "the host has lost or changed a file that it had acknowledged"
        }
        for name in acknowledged.viewer where viewerDisk[name] != contents.fromHost {
            return "the viewer has lost or changed a file that it had acknowledged"
        }
        for name in hostDisk.finished where name != Self.names.fromHost && hostDisk[name] != contents.toHost {
            return "the host has a file that is not what was sent"
        }
        for name in viewerDisk.finished where name != Self.names.toHost && viewerDisk[name] != contents.fromHost {
            return "the viewer has a file that is not what was sent"
        }
        return nil
    }
}

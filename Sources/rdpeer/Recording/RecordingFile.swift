import Glibc
import NetworkIO
import PeerSession
import SecureChannel
import Synchronization
import WireFormat

/// Writes a session's recording.
///
/// What was recorded is sealed and written a quarter of a second later at the latest, and synced to the disk once a second
/// and at the end: whatever happens to the program, all but the last quarter of a second can be replayed; if the machine
/// loses its power, all but the last second or so. An existing file is never touched. A file that cannot be written ends
/// the session: who asks for a recording does not want a session without.
final class RecordingFile {
    let path: String
    let beganAt: Instant
    private let descriptor: Int32
    private var writer: SealedFileWriter
    private var block: [UInt8] = []
    private var blockBegan: Instant?
    private var syncedAt: Instant
    private let sync = Sync()
    private(set) var byteCount: UInt64 = 0

    private static let latest = Interval.milliseconds(250)
    private static let syncInterval = Interval.seconds(1)
    /// A block is written as soon as it is so large.
    private static let blockSize = 64 * 1_024

    private final class Sync: Sendable {
        let isUnderWay = Atomic<Bool>(false)
        /// What the disk said when it lost something; 0 if it did not.
        let errorCode = Atomic<Int32>(0)
    }

    init(_ settings: RecordingSettings, side: RecordingAbout.Side, at now: Instant) throws(FileFault) {
        path = settings.path
        beganAt = now
        syncedAt = now
        var wallClock = timespec()
        clock_gettime(CLOCK_REALTIME, &wallClock)
        let milliseconds = UInt64(max(0, wallClock.tv_sec)) * 1_000 + UInt64(max(0, wallClock.tv_nsec)) / 1_000_000
        let about = RecordingAbout(side: side, beganAtMilliseconds: milliseconds).encoded
        var entropy = SystemRandomNumberGenerator()
        var random = SeededRandom(from: &entropy)
        do {
            writer = try SealedFileWriter(
                to: settings.reader, from: settings.keys, payload: about.span, random: &random)
        } catch { throw FileFault("cannot seal a recording to \(settings.reader): it is no sound key") }
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw FileFault("\(path) is there already: a recording never replaces a file") }
            throw FileFault(path: path, cannot: "write")
        }
        try write(writer.header)
    }

    deinit { close(descriptor) }

    func append(_ event: RecordedEvent, at now: Instant) {
        event.append(to: &block, after: now - beganAt)
        if blockBegan == nil { blockBegan = now }
    }

    /// Takes events as `takeRecorded` gives them, and writes what is due.
    ///
    /// - Returns: when to call again.
    func keep(_ events: [UInt8], at now: Instant) throws(FileFault) -> Instant? {
        try checkDisk()
        block += events
        if blockBegan == nil, !block.isEmpty { blockBegan = now }
        guard let began = blockBegan else { return nil }
        guard block.count >= Self.blockSize || now >= began + Self.latest else { return began + Self.latest }
        try writeBlock(isLast: false)
        if now >= syncedAt + Self.syncInterval, !sync.isUnderWay.load(ordering: .acquiring) { startSync(at: now) }
        return nil
    }

    /// Writes what is left, marks the end, and waits until the disk has it.
    func finish(_ events: [UInt8], _ last: RecordedEvent? = nil, at now: Instant) throws(FileFault) {
        block += events
        if let last { append(last, at: now) }
        try writeBlock(isLast: true)
        guard fsync(descriptor) == 0 else { throw FileFault(path: path, cannot: "write") }
        try checkDisk()
    }

    private func checkDisk() throws(FileFault) {
        let code = sync.errorCode.load(ordering: .acquiring)
        guard code == 0 else { throw FileFault(path: path, cannot: "write", code: code) }
    }

    private func writeBlock(isLast: Bool) throws(FileFault) {
        let sealed: [UInt8]
        do { sealed = try writer.seal(block.span, isLast: isLast) } catch {
            throw FileFault("\(path): a block is too long")
        }
        block.removeAll(keepingCapacity: true)
        blockBegan = nil
        try write(sealed)
    }

    private func write(_ bytes: [UInt8]) throws(FileFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFault(path: path, cannot: "write") }
            rest = rest.dropFirst(count)
        }
        byteCount += UInt64(bytes.count)
    }

    /// A slow disk holds up nothing: another thread waits for it. The file is opened anew for that, since the kernel tells
    /// of what the disk lost once each opening: here, and to `finish`.
    private func startSync(at now: Instant) {
        syncedAt = now
        let own = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_CLOEXEC)
        guard own >= 0 else { return }
        let sync = sync
        sync.isUnderWay.store(true, ordering: .releasing)
        let thread = try? WorkerThread(named: "sync", isDetached: true) {
            if fdatasync(own) != 0 { sync.errorCode.store(errno, ordering: .releasing) }
            close(own)
            sync.isUnderWay.store(false, ordering: .releasing)
        }
        guard thread == nil else { return }
        close(own)
        sync.isUnderWay.store(false, ordering: .releasing)
    }
}

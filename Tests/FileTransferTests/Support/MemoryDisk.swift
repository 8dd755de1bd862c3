import FileTransfer
import WireFormat

/// A disk that forgets at a loss of power what was not synced, fails when it is told to, and writes down what it was asked.
///
/// It is stricter than real ones: no name lasts before the folder was synced, no byte before its file was.
final class MemoryDisk {
    enum Operation: Hashable {
        case open, status, read, write, truncate, synchronize, close, rename, remove, synchronizeFolder, look
    }

    private struct Node {
        var bytes: [UInt8] = []
        var durable: [UInt8] = []
        var version: UInt64 = 0
        var isRegular = true
    }

    private var nodes: [Node] = []
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var locked: Set<Int> = []
    private var clock: UInt64 = 1
    private(set) var log: [Operation] = []
    private(set) var openCount = 0
    var freeBytes: UInt64 = 1 << 40
    /// The operation of this number fails so; after a loss of power all do.
    var faults: [Int: DiskFault] = [:]
    /// Before the operation of this number the power goes.
    var powerLossAt: Int?
    private(set) var isDead = false

    /// The names of files, without those of unfinished ones.
    var finished: [String] { names.keys.filter { !$0.hasPrefix(".") }.sorted() }
    var parts: [String] { names.keys.filter { $0.hasPrefix(".") }.sorted() }

    subscript(name: String) -> [UInt8]? {
        get { names[name].map { nodes[$0].bytes } }
        set {
            guard let newValue else {
                names[name] = nil
                return
            }
            clock += 1
            if let index = names[name] {
                nodes[index].bytes = newValue
                nodes[index].version = clock
            } else {
                nodes.append(Node(bytes: newValue, durable: newValue, version: clock))
                names[name] = nodes.count - 1
                durableNames[name] = nodes.count - 1
            }
        }
    }

    func addLink(_ name: String) {
        nodes.append(Node(isRegular: false))
        names[name] = nodes.count - 1
    }

    /// The machine is switched off and on.
    func losePower() {
        names = durableNames
        for index in nodes.indices { nodes[index].bytes = nodes[index].durable }
        restart()
    }

    /// The program is killed and started again; the system keeps what it was given.
    func restart() {
        locked = []
        openCount = 0
        isDead = false
        powerLossAt = nil
        faults = [:]
    }

    fileprivate func note(_ operation: Operation) throws(DiskFault) {
        let number = log.count
        log.append(operation)
        if powerLossAt == number { isDead = true }
        if isDead { throw .failed(code: 5) }
        if let fault = faults[number] { throw fault }
    }

    fileprivate func find(_ name: String) throws(DiskFault) -> Int {
        guard let index = names[name] else { throw .notFound }
        guard nodes[index].isRegular else { throw .notRegular }
        openCount += 1
        return index
    }

    fileprivate func makePart(_ name: String) throws(DiskFault) -> Int {
        let index: Int
        if let known = names[name] {
            index = known
        } else {
            nodes.append(Node())
            index = nodes.count - 1
            names[name] = index
        }
        guard locked.insert(index).inserted else { throw .busy }
        openCount += 1
        return index
    }

    fileprivate func bytes(_ file: Int) -> [UInt8] { nodes[file].bytes }
    fileprivate func status(_ file: Int) -> FileStatus {
        FileStatus(size: UInt64(nodes[file].bytes.count), version: nodes[file].version)
    }

    fileprivate func replace(_ file: Int, _ bytes: [UInt8]) {
        clock += 1
        nodes[file].bytes = bytes
        nodes[file].version = clock
    }

    fileprivate func synchronize(_ file: Int) { nodes[file].durable = nodes[file].bytes }
    fileprivate func synchronizeFolder() { durableNames = names }

    fileprivate func close(_ file: Int) {
        locked.remove(file)
        openCount -= 1
    }

    fileprivate func rename(_ name: String, _ newName: String) throws(DiskFault) {
        guard names[newName] == nil else { throw .exists }
        guard let index = names[name] else { throw .notFound }
        names[name] = nil
        names[newName] = index
    }

    fileprivate func remove(_ name: String) { names[name] = nil }

    fileprivate func names(_ prefix: String) -> [String] {
        names.filter { $0.key.hasPrefix(prefix) }.sorted { nodes[$0.value].version < nodes[$1.value].version }
            .map(\.key)
    }
}

/// The disk as a store sees it.
struct MemorySystem: FileSystem {
    let disk: MemoryDisk

    func openPart(_ name: String) throws(DiskFault) -> Int {
        try disk.note(.open)
        return try disk.makePart(name)
    }

    func openNamed(_ name: String) throws(DiskFault) -> Int {
        try disk.note(.open)
        return try disk.find(name)
    }

    func openPath(_ path: String) throws(DiskFault) -> Int { try openNamed(path) }

    func status(of file: Int) throws(DiskFault) -> FileStatus {
        try disk.note(.status)
        return disk.status(file)
    }

    func read(_ file: Int, at offset: UInt64, count: Int) throws(DiskFault) -> [UInt8] {
        try disk.note(.read)
        return Array(disk.bytes(file).dropFirst(Int(offset)).prefix(count))
    }

    func write(_ bytes: Span<UInt8>, to file: Int, at offset: UInt64) throws(DiskFault) {
        try disk.note(.write)
        let old = disk.bytes(file)
        disk.replace(file, Array(old.prefix(Int(offset))) + bytes.copied() + old.dropFirst(Int(offset) + bytes.count))
    }

    func truncate(_ file: Int, to size: UInt64) throws(DiskFault) {
        try disk.note(.truncate)
        disk.replace(file, Array(disk.bytes(file).prefix(Int(size))))
    }

    func synchronize(_ file: Int) throws(DiskFault) {
        try disk.note(.synchronize)
        disk.synchronize(file)
    }

    func close(_ file: Int) {
        try? disk.note(.close)
        disk.close(file)
    }

    func rename(_ name: String, to newName: String) throws(DiskFault) {
        try disk.note(.rename)
        try disk.rename(name, newName)
    }

    func remove(_ name: String) throws(DiskFault) {
        try disk.note(.remove)
        disk.remove(name)
    }

    func synchronizeFolder() throws(DiskFault) {
        try disk.note(.synchronizeFolder)
        disk.synchronizeFolder()
    }

    func freeBytes() throws(DiskFault) -> UInt64 {
        try disk.note(.look)
        return disk.freeBytes
    }

    func names(beginningWith prefix: String) throws(DiskFault) -> [String] {
        try disk.note(.look)
        return disk.names(prefix)
    }
}

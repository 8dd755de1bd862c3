import FileTransfer
import WireFormat

/// A disk that forgets at a loss of power what was not synced, fails when it is told to, and writes down what it was asked.
///
/// It is stricter than real ones: no name lasts before the folder was synced, no byte before its file was.
public final class MemoryDisk {
    public enum Operation: Hashable {
        case open, status, read, write, truncate, synchronize, close, rename, remove, synchronizeFolder, look, list
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
    public private(set) var log: [Operation] = []
    public private(set) var openCount = 0
    public var freeBytes: UInt64 = 1 << 40
    /// The operation of this number fails so; after a loss of power all do.
    public var faults: [Int: DiskFault] = [:]
    /// Before the operation of this number the power goes.
    public var powerLossAt: Int?
    private var isDead = false

    public init() {}

    /// The names of files, without those of unfinished ones.
    public var finished: [String] { names.keys.filter { !$0.hasPrefix(".") }.sorted() }
    public var parts: [String] { names.keys.filter { $0.hasPrefix(".") }.sorted() }

    public subscript(name: String) -> [UInt8]? {
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

    public func addLink(_ name: String) {
        nodes.append(Node(isRegular: false))
        names[name] = nodes.count - 1
    }

    /// The machine is switched off and on.
    public func losePower() {
        names = durableNames
        for index in nodes.indices { nodes[index].bytes = nodes[index].durable }
        restart()
    }

    /// The program is killed and started again; the system keeps what it was given.
    public func restart() {
        locked = []
        openCount = 0
        isDead = false
        powerLossAt = nil
        faults = [:]
    }

    func note(_ operation: Operation) throws(DiskFault) {
        let number = log.count
        log.append(operation)
        if powerLossAt == number { isDead = true }
        if isDead { throw .failed(code: 5) }
        if let fault = faults[number] { throw fault }
    }

    func find(_ name: String) throws(DiskFault) -> Int {
        guard let index = names[name] else { throw .notFound }
        guard nodes[index].isRegular else { throw .notRegular }
        openCount += 1
        return index
    }

    func makePart(_ name: String) throws(DiskFault) -> Int {
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

    func bytes(_ file: Int) -> [UInt8] { nodes[file].bytes }
    func status(_ file: Int) -> FileStatus {
        FileStatus(size: UInt64(nodes[file].bytes.count), version: nodes[file].version)
    }

    func replace(_ file: Int, _ bytes: [UInt8]) {
        clock += 1
        nodes[file].bytes = bytes
        nodes[file].version = clock
    }

    func synchronize(_ file: Int) { nodes[file].durable = nodes[file].bytes }
    func synchronizeFolder() { durableNames = names }

    func close(_ file: Int) {
        locked.remove(file)
        openCount -= 1
    }

    func rename(_ name: String, _ newName: String) throws(DiskFault) {
        guard names[newName] == nil else { throw .exists }
        guard let index = names[name] else { throw .notFound }
        names[name] = nil
        names[newName] = index
    }

    func remove(_ name: String) { names[name] = nil }

    func names(_ prefix: String) -> [String] {
        names.filter { $0.key.hasPrefix(prefix) }.sorted { nodes[$0.value].version < nodes[$1.value].version }
            .map(\.key)
    }
}

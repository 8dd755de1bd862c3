import FileTransfer
import SimulatedDisk
import Testing
import WireFormat

/// Files that go from one side to the other, and come through.
@Suite struct TransferTests {
    private static let block = 256 << 10
    static let sizes = [0, 1, 1_000, block - 1, block, block + 1, 3 * block, 1_000_003]

    @Test(arguments: sizes, [1, 9, 300_000])
    func `a file that is sent arrives as it was`(size: Int, piece: Int) throws {
        guard piece > 9 || size <= 1_000 else { return }
        let disk = MemoryDisk()
        disk["a.bin"] = Exchange.bytes(size)
        var exchange = Exchange(viewerDisk: disk, pieceBytes: piece, seed: UInt64(size + piece))
        exchange.send(["a.bin"])
        try exchange.finish()
        let host = exchange.host.store.system.disk
        #expect(host["a.bin"] == Exchange.bytes(size))
        #expect(exchange.viewer.stored == ["a.bin"] && exchange.host.stored == ["a.bin"])
        #expect(host.parts.isEmpty && host.openCount == 0 && disk.openCount == 0)
        #expect(exchange.viewer.machine.memoryBytes == 0 && exchange.host.machine.memoryBytes == 0)
    }

    @Test(arguments: sizes)
    func `a file that is asked for arrives as it was`(size: Int) throws {
        let disk = MemoryDisk()
        disk["a.bin"] = Exchange.bytes(size)
        var exchange = Exchange(hostDisk: disk, seed: UInt64(size))
        _ = exchange.viewer.machine.request(try #require(FileName("a.bin")), at: .zero)
        try exchange.finish()
        #expect(exchange.viewer.store.system.disk["a.bin"] == Exchange.bytes(size))
        #expect(exchange.viewer.stored == ["a.bin"] && exchange.host.stored == ["a.bin"])
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `many files both ways at once arrive, each as it was`(seed: UInt64) throws {
        let (viewerDisk, hostDisk) = (MemoryDisk(), MemoryDisk())
        var exchange = Exchange(viewerDisk: viewerDisk, hostDisk: hostDisk, seed: seed)
        for number in 0..<8 {
            viewerDisk["to \(number)"] = Exchange.bytes(number * 50_000, seed: UInt64(number))
            hostDisk["from \(number)"] = Exchange.bytes(number * 70_000, seed: UInt64(100 + number))
            _ = exchange.viewer.machine.send("to \(number)", at: .zero)
            _ = exchange.viewer.machine.request(try #require(FileName("from \(number)")), at: .zero)
        }
        try exchange.finish()
        for number in 0..<8 {
            #expect(hostDisk["to \(number)"] == viewerDisk["to \(number)"])
            #expect(viewerDisk["from \(number)"] == hostDisk["from \(number)"])
        }
        #expect(exchange.viewer.failures.isEmpty && exchange.host.failures.isEmpty)
    }

    @Test func `the same seed gives the same run`() {
        let logs = (0..<2).map { _ in
            let disk = MemoryDisk()
            disk["a"] = Exchange.bytes(700_000)
            var exchange = Exchange(viewerDisk: disk, seed: 5)
            exchange.send(["a"])
            exchange.run()
            return disk.log + exchange.host.store.system.disk.log
        }
        #expect(logs[0] == logs[1])
    }

    @Test func `nothing is said to be stored before it was synced, named, and its name synced`() throws {
        let disk = MemoryDisk()
        disk["a"] = Exchange.bytes(600_000)
        var exchange = Exchange(viewerDisk: disk)
        exchange.send(["a"])
        try exchange.finish()
        let log = exchange.host.store.system.disk.log.filter {
            [.write, .synchronize, .rename, .synchronizeFolder].contains($0)
        }
        #expect(Array(log.suffix(4)) == [.write, .synchronize, .rename, .synchronizeFolder])
        // The host's machine learnt of it from the store after the last of these.
        #expect(exchange.host.logs[0].contains(.synchronizeFolder))
    }

    @Test func `a file under the name of another gets a number, and the other stays`() throws {
        let (viewerDisk, hostDisk) = (MemoryDisk(), MemoryDisk())
        hostDisk["a.txt"] = [1, 2, 3]
        hostDisk["a (1).txt"] = [4]
        viewerDisk["a.txt"] = [5, 6, 7]
        var exchange = Exchange(viewerDisk: viewerDisk, hostDisk: hostDisk)
        exchange.send(["a.txt"])
        try exchange.finish()
        #expect(exchange.viewer.stored == ["a (2).txt"])
        #expect(hostDisk["a.txt"] == [1, 2, 3] && hostDisk["a (1).txt"] == [4] && hostDisk["a (2).txt"] == [5, 6, 7])
    }

    @Test func `a file that is there already is not kept twice`() throws {
        let (viewerDisk, hostDisk) = (MemoryDisk(), MemoryDisk())
        hostDisk["a"] = Exchange.bytes(300_000)
        viewerDisk["a"] = Exchange.bytes(300_000)
        var exchange = Exchange(viewerDisk: viewerDisk, hostDisk: hostDisk)
        exchange.send(["a"])
        try exchange.finish()
        #expect(exchange.viewer.stored == ["a"] && hostDisk.finished == ["a"] && hostDisk.parts.isEmpty)
        // The host does not tell a stranger what it has: all of it was sent.
        #expect(exchange.viewer.contentBytes > 300_000)
    }

    @Test func `a file that was sent before is not sent again`() throws {
        let disk = MemoryDisk()
        disk["a"] = Exchange.bytes(300_000)
        var exchange = Exchange(viewerDisk: disk)
        exchange.send(["a"])
        try exchange.finish()
        let before = exchange.viewer.contentBytes
        exchange.send(["a"])
        try exchange.finish()
        #expect(exchange.viewer.stored == ["a", "a"])
        #expect(exchange.viewer.contentBytes - before < 100)
        #expect(exchange.host.store.system.disk.finished == ["a"])
    }

    @Test func `a link under the name is neither followed nor replaced`() throws {
        let (viewerDisk, hostDisk) = (MemoryDisk(), MemoryDisk())
        hostDisk.addLink("a")
        viewerDisk["a"] = [1]
        var exchange = Exchange(viewerDisk: viewerDisk, hostDisk: hostDisk)
        exchange.send(["a"])
        _ = exchange.viewer.machine.request(try #require(FileName("a")), at: .zero)
        try exchange.finish()
        #expect(exchange.viewer.stored == ["a (1)"])
        #expect(exchange.viewer.failures == [.notRegular])
    }

    @Test func `a file that changes while it is sent is not kept`() throws {
        let disk = MemoryDisk()
        disk["a"] = Exchange.bytes(2_000_000)
        var exchange = Exchange(viewerDisk: disk)
        exchange.send(["a"])
        exchange.run { $0.viewer.contentBytes > 300_000 }
        disk["a"] = Exchange.bytes(2_000_000, seed: 8)
        try exchange.finish()
        #expect(exchange.viewer.failures == [.changed] && exchange.host.failures == [.changed])
        #expect(exchange.host.store.system.disk.finished.isEmpty)
    }

    @Test func `who cancels keeps what has come, and a later file is not held up`() throws {
        let disk = MemoryDisk()
        disk["a"] = Exchange.bytes(2_000_000)
        disk["b"] = [1, 2]
        var exchange = Exchange(viewerDisk: disk)
        exchange.send(["a", "b"])
        exchange.run { $0.viewer.contentBytes > 600_000 }
        exchange.host.machine.cancel(try #require(exchange.host.machine.progress.first).identifier)
        try exchange.finish()
        #expect(exchange.viewer.failures == [.cancelled] && exchange.viewer.stored == ["b"])
        #expect(exchange.host.store.system.disk.parts.count == 1)
    }

    @Test func `who does not answer is given up`() throws {
        let disk = MemoryDisk()
        disk["a"] = [1]
        var party = Party(isHost: false, policy: .off, disk: disk)
        _ = party.machine.send("a", at: .zero)
        _ = party.machine.request(try #require(FileName("b")), at: .zero)
        party.drain()
        party.work()
        party.deliver(at: .zero)
        #expect(party.machine.nextDeadline == Instant.zero + FileTransfers.patience)
        party.machine.advance(to: Instant.zero + FileTransfers.patience)
        party.drain()
        #expect(party.failures == [.unanswered, .unanswered] && party.machine.isIdle)
    }
}

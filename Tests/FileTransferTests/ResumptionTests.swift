import FileTransfer
import SimulatedDisk
import Testing
import WireFormat

/// Sessions, programs and machines that end in the middle of a file.
@Suite struct ResumptionTests {
    private static let block = 256 << 10
    private static let size = 4 * block + 1_000
    /// Beside each boundary of blocks, and the end.
    static let cuts: [Int] = {
        let places = (0...4).map { $0 * block }.flatMap { [$0 - 1, $0, $0 + 1] } + [size - 1, size]
        return places.filter { $0 > 0 }
    }()

    /// A disk with an unfinished file of so many bytes, as a session left it.
    private func interrupted(_ source: MemoryDisk, at cut: Int) throws -> MemoryDisk {
        var exchange = Exchange(viewerDisk: source)
        exchange.send(["a"])
        exchange.run { !$0.host.store.system.disk.parts.isEmpty }
        let disk = exchange.host.store.system.disk
        disk.restart()
        disk[try #require(disk.parts.first)] = Array(Exchange.bytes(Self.size).prefix(cut))
        return disk
    }

    @Test(arguments: cuts)
    func `goes on from where it was cut`(cut: Int) throws {
        let source = MemoryDisk()
        source["a"] = Exchange.bytes(Self.size)
        let disk = try interrupted(source, at: cut)
        var exchange = Exchange(viewerDisk: source, hostDisk: disk, seed: UInt64(cut))
        exchange.send(["a"])
        try exchange.finish()
        #expect(disk["a"] == source["a"] && disk.parts.isEmpty)
        #expect(exchange.viewer.began.map(\.heldBytes) == [UInt64(cut)])
        #expect(exchange.viewer.contentBytes < Self.size - cut + 200)
    }

    @Test(arguments: cuts)
    func `begins anew if what is there is not the same`(cut: Int) throws {
        let source = MemoryDisk()
        source["a"] = Exchange.bytes(Self.size)
        let disk = try interrupted(source, at: cut)
        let part = try #require(disk.parts.first)
        disk[part]?[cut - 1] ^= 1
        var exchange = Exchange(viewerDisk: source, hostDisk: disk, seed: UInt64(cut))
        exchange.send(["a"])
        try exchange.finish()
        #expect(disk["a"] == source["a"] && disk.parts.isEmpty)
        #expect(exchange.viewer.began.map(\.heldBytes) == [0])
    }

    @Test(arguments: [0, 1, 2, 3, 4])
    func `a get goes on in another session`(blocks: Int) throws {
        let source = MemoryDisk()
        source["a"] = Exchange.bytes(Self.size)
        let target = MemoryDisk()
        var first = Exchange(viewerDisk: target, hostDisk: source, seed: UInt64(blocks))
        _ = first.viewer.machine.request(try #require(FileName("a")), at: .zero)
        first.run { $0.viewer.machine.progress.first.map { $0.bytes >= UInt64(blocks * Self.block) } ?? false }
        target.restart()
        source.restart()
        var second = Exchange(viewerDisk: target, hostDisk: source, seed: 99)
        _ = second.viewer.machine.request(try #require(FileName("a")), at: .zero)
        try second.finish()
        #expect(target["a"] == source["a"])
        #expect(try #require(second.viewer.began.first).heldBytes >= UInt64(blocks * Self.block))
    }

    /// How many operations the host's disk has to do for one file.
    private static func operations(_ source: MemoryDisk) -> Int {
        var exchange = Exchange(viewerDisk: source)
        exchange.send(["a"])
        exchange.run()
        return exchange.host.store.system.disk.log.count
    }

    @Test func `a loss of power at any moment takes nothing that was said to be stored`() throws {
        let source = MemoryDisk()
        source["a"] = Exchange.bytes(Self.size)
        let count = Self.operations(source)
        #expect(count > 12)
        for moment in 0...count {
            let disk = MemoryDisk()
            var exchange = Exchange(viewerDisk: source, hostDisk: disk)
            disk.powerLossAt = moment
            exchange.send(["a"])
            exchange.run()
            let wasStored = !exchange.viewer.stored.isEmpty
            disk.losePower()
            if wasStored { #expect(disk["a"] == source["a"], "lost at \(moment)") }
            #expect(disk["a"] == nil || disk["a"] == source["a"], "a wrong file at \(moment)")
            var again = Exchange(viewerDisk: source, hostDisk: disk, seed: UInt64(moment))
            again.send(["a"])
            try again.finish()
            #expect(disk["a"] == source["a"] && disk.finished == ["a"] && disk.parts.isEmpty, "at \(moment)")
        }
    }

    @Test(arguments: [DiskFault.noSpace, .failed(code: 5), .busy, .notFound])
    func `a disk that fails at any moment gives no wrong file and no word that it is stored`(fault: DiskFault) throws {
        let source = MemoryDisk()
        source["a"] = Exchange.bytes(Self.size)
        for moment in 0..<Self.operations(source) {
            let disk = MemoryDisk()
            var exchange = Exchange(viewerDisk: source, hostDisk: disk)
            disk.faults = [moment: fault]
            exchange.send(["a"])
            try exchange.finish()
            #expect(exchange.viewer.stored.count + exchange.viewer.failures.count == 1)
            if !exchange.viewer.stored.isEmpty { #expect(disk["a"] == source["a"]) }
            #expect(disk.openCount == 0)
            #expect(exchange.host.machine.memoryBytes == 0 && exchange.viewer.machine.memoryBytes == 0)
            disk.restart()
            var again = Exchange(viewerDisk: source, hostDisk: disk, seed: UInt64(moment))
            again.send(["a"])
            try again.finish()
            #expect(disk["a"] == source["a"] && disk.parts.isEmpty, "at \(moment)")
        }
    }

    @Test(arguments: 1...15 as ClosedRange<UInt64>)
    func `whoever dies, and however often, the file arrives`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (source, disk) = (MemoryDisk(), MemoryDisk())
        source["a"] = Exchange.bytes(Self.size)
        var failures: [TransferFailure] = []
        for session in 0..<200 {
            var exchange = Exchange(viewerDisk: source, hostDisk: disk, seed: random.next())
            exchange.send(["a"])
            let life = Int(random.next() % 500_000)
            let isDone = exchange.run { $0.viewer.contentBytes >= life }
            if isDone, exchange.viewer.stored == ["a"] {
                #expect(disk["a"] == source["a"] && disk.finished == ["a"], "session \(session)")
                return
            }
            failures += exchange.viewer.failures
            source.restart()
            if random.next() % 6 == 0 { disk.losePower() } else { disk.restart() }
        }
        Issue.record("it never arrived: \(failures) \(disk.finished) \(disk.parts)")
    }

    @Test func `two sessions do not write into the same file`() throws {
        let (source, disk) = (MemoryDisk(), MemoryDisk())
        source["a"] = Exchange.bytes(Self.size)
        var first = Exchange(viewerDisk: source, hostDisk: disk)
        first.send(["a"])
        first.run { $0.viewer.contentBytes > 300_000 }
        var second = Exchange(viewerDisk: source, hostDisk: disk)
        second.send(["a"])
        try second.finish()
        #expect(second.viewer.failures == [.busy])
        try first.finish()
        #expect(disk["a"] == source["a"])
    }

    @Test func `files that nobody finishes make room for others`() throws {
        let (source, disk) = (MemoryDisk(), MemoryDisk())
        for number in 0..<50 {
            source["\(number)"] = Exchange.bytes(400_000)
            var exchange = Exchange(viewerDisk: source, hostDisk: disk)
            exchange.send(["\(number)"])
            exchange.run { $0.host.machine.progress.first.map { $0.bytes > 0 } ?? false }
            disk.restart()
        }
        #expect(disk.parts.count == FileStore<MemorySystem>.maximumParts)
    }

    @Test func `nor in one session, and what is finished is not counted again and again`() throws {
        let (source, disk) = (MemoryDisk(), MemoryDisk())
        for number in 0..<200 { source["\(number)"] = Exchange.bytes(number % 4 == 0 ? 400_000 : 100) }
        var exchange = Exchange(viewerDisk: source, hostDisk: disk)
        for number in 0..<200 {
            exchange.send(["\(number)"])
            if number % 4 == 0 {
                exchange.run { $0.host.machine.progress.first.map { $0.bytes > 0 } ?? false }
                exchange.host.machine.cancel(try #require(exchange.host.machine.progress.first).identifier)
            }
            try exchange.finish()
            #expect(disk.parts.count <= FileStore<MemorySystem>.maximumParts)
        }
        #expect(disk.finished.count == 150 && disk.parts.count == FileStore<MemorySystem>.maximumParts - 1)
        #expect(disk.log.filter { $0 == .list }.count == 51, "at first, and after each that was not finished")
    }
}

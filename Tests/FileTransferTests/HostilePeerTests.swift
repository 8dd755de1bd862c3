import FileTransfer
import SimulatedDisk
import Testing
import WireFormat

/// A peer that has all keys and breaks the rules.
@Suite struct HostilePeerTests {
    @Test func `more bytes than were offered are not written`() {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        peer.offer(0, size: 10)
        peer.begin(0)
        peer.content([UInt8](repeating: 1, count: 11))
        for _ in 0..<1_000 { peer.content([UInt8](repeating: 1, count: 10_000)) }
        peer.end([UInt8](repeating: 1, count: 11))
        #expect(peer.answers.last == .failed(peer.number(0), .violation))
        #expect(disk.finished.isEmpty && !disk.log.contains(.write) && peer.largestMemory < 20_000)
    }

    @Test func `fewer bytes than were offered are no file`() {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        peer.offer(0, size: 10)
        peer.begin(0)
        peer.content([1, 2, 3])
        peer.end([1, 2, 3])
        #expect(peer.answers.last == .failed(peer.number(0), .violation) && disk.finished.isEmpty)
    }

    @Test func `a wrong checksum is no file, and nothing of it is kept`() {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        peer.offer(0, size: 3)
        peer.begin(0)
        peer.content([1, 2, 3])
        peer.end([1, 2, 4])
        #expect(peer.answers.last == .failed(peer.number(0), .checksum))
        #expect(disk.finished.isEmpty && disk.parts.isEmpty)
    }

    @Test(arguments: [1, 7, 300_000] as [UInt64])
    func `bytes go on from the beginning or from what is there, nowhere else`(offset: UInt64) {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        peer.offer(0, size: 1_000_000)
        peer.begin(0, offset: offset)
        #expect(peer.answers.last == .failed(peer.number(0), .violation))
    }

    @Test func `endless small files end at the limit of a session`() {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk, policy: FilePolicy(receives: true, sends: false, countLimit: 100))
        for number in 0..<2_000 {
            peer.offer(number, size: 0, name: "\(number)")
            peer.begin(number)
            peer.end([])
        }
        #expect(disk.finished.count == 100 && disk.parts.isEmpty && disk.openCount == 0)
        #expect(peer.answers.suffix(1_900).allSatisfy { if case .failed(_, .tooMany) = $0 { true } else { false } })
        #expect(peer.host.machine.isIdle && peer.largestMemory < 1_000)
    }

    @Test func `offers without content are few at a time, and leave nothing behind`() {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        for number in 0..<500 { peer.offer(number, size: 1_000, name: "\(number)") }
        #expect(disk.openCount == FileTransfers.maximumOpen && disk.parts.count == FileTransfers.maximumOpen)
        for number in 0..<500 { peer.say(.failed(peer.number(number), .cancelled)) }
        #expect(disk.openCount == 0 && disk.parts.isEmpty && peer.host.machine.isIdle)
    }

    @Test(arguments: [(999, 1), (1_000, 2), (1_001, 0), (1 << 62 - 1, 0)] as [(UInt64, Int)])
    func `a session's files together have a limit`(size: UInt64, accepted: Int) {
        let policy = FilePolicy(receives: true, sends: false, byteLimit: 2_000)
        var peer = HostilePeer(against: MemoryDisk(), policy: policy)
        for number in 0..<3 { peer.offer(number, size: size == 1_001 ? 2_001 : size, name: "\(number)") }
        let count = peer.answers.filter { if case .accept = $0 { true } else { false } }.count
        #expect(count == (size == 999 ? 2 : accepted))
    }

    @Test(arguments: [true, false], [true, false])
    func `what the policy does not allow is refused`(receives: Bool, sends: Bool) {
        let disk = MemoryDisk()
        disk["b"] = [1]
        var peer = HostilePeer(against: disk, policy: FilePolicy(receives: receives, sends: sends))
        peer.offer(0, size: 1)
        peer.say(.request(peer.number(1, isRequest: true), name: "b"))
        #expect(peer.answers.contains(.failed(peer.number(0), .refused)) == !receives)
        #expect(peer.answers.contains(.failed(peer.number(1, isRequest: true), .refused)) == !sends)
        if !receives, !sends { #expect(disk.log.isEmpty) }
    }

    @Test func `a full disk is not filled to its last byte`() {
        let disk = MemoryDisk()
        disk.freeBytes = FileStore<MemorySystem>.reservedBytes + 100
        var peer = HostilePeer(against: disk)
        peer.offer(0, size: 101, name: "a")
        peer.offer(1, size: 100, name: "b")
        #expect(peer.answers == [.failed(peer.number(0), .noSpace), .accept(peer.number(1), nil)])
    }

    @Test func `numbers go up and are the sender's own`() {
        for numbers in [[2, 2], [6, 2], [0], [1], [3]] as [[UInt64]] {
            var peer = HostilePeer(against: MemoryDisk())
            for number in numbers {
                guard let identifier = TransferIdentifier(number) else { continue }
                peer.say(.request(identifier, name: "a"))
            }
            #expect(peer.host.machine.isOver, "\(numbers)")
        }
    }

    /// Streams that make no sense: no more files, and nothing that is kept of what still comes.
    @Test(arguments: [
        (FileStream.messages, [0x80, 0, 0x10, 0] as [UInt8]), (.messages, [1, 2]), (.messages, [0]),
        (.messages, [2, 3, 0xC0]), (.messages, [4, 1, 0, 0xC3, 0x28]), (.content, [0]), (.content, [4]),
    ])
    func `ends the files and not the session`(stream: FileStream, bytes: [UInt8]) {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        peer.offer(0, size: 1_000)
        peer.send(bytes, on: stream)
        #expect(peer.host.machine.isOver && peer.host.failures == [.violation] && disk.openCount == 0)
        for _ in 0..<100 { peer.send([UInt8](repeating: 255, count: 10_000), on: .content) }
        #expect(peer.host.machine.memoryBytes == 0 && peer.host.machine.wants(.content))
    }

    @Test func `messages of a later version are skipped`() {
        var peer = HostilePeer(against: MemoryDisk())
        peer.send([3, 99, 1, 2], on: .messages)
        peer.say(.request(peer.number(0, isRequest: true), name: "a"))
        #expect(peer.answers == [.failed(peer.number(0, isRequest: true), .notFound)])
    }

    @Test func `a slow disk holds the sender, and memory stays bounded`() throws {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        peer.offer(0, size: 100 << 20)
        peer.begin(0)
        var taken = 0
        let bytes = [UInt8](repeating: 1, count: 60_000)
        // The disk does nothing from now on; the transport hands over only what is wanted.
        while peer.host.machine.wants(.content) {
            let head: [UInt8] = [2, 0x80, 0, 0xEA, 0x60]
            peer.host.machine.receive((head + bytes).span, on: .content, at: .zero)
            taken += bytes.count
        }
        #expect(taken < 1_200_000 && peer.host.machine.memoryBytes < 1_200_000)
        peer.settle()
        #expect(peer.host.machine.wants(.content))
    }

    @Test func `who does not read the answers is not read any further`() {
        var peer = HostilePeer(against: MemoryDisk(), policy: .off)
        var number = 0
        while peer.host.machine.wants(.messages), number < 100_000 {
            let message = FileMessage.request(peer.number(number, isRequest: true), name: "a")
            peer.host.machine.receive(message.framed.span, on: .messages, at: .zero)
            peer.settle(isReading: false)
            number += 1
        }
        #expect(number < 20_000 && peer.host.machine.memoryBytes < 70_000)
    }

    @Test func `what is said about unknown transfers is ignored`() {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        for index in 0..<4 {
            peer.say(.accept(peer.number(index), nil))
            peer.say(.stored(peer.number(index), name: "a"))
            peer.say(.failed(peer.number(index), .disk))
            peer.say(.working(peer.number(index)))
            peer.begin(index)
            peer.content([1, 2, 3])
            peer.end([1, 2, 3])
        }
        #expect(peer.answers.isEmpty && disk.log.isEmpty && !peer.host.machine.isOver)
    }
}

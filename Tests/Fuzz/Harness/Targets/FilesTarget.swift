import FileTransfer
import SimulatedDisk
import WireFormat

/// What peers say to each other about files, alone and to a side that has files and takes them.
func fuzzFiles(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    switch script.choice(4) {
    case 0: try fuzzFileMessages(script.rest())
    case 1: try fuzzContent(script.rest())
    default: try fuzzTransfers(&script)
    }
}

/// However the stream is cut, the same messages come out; they are written as they were read.
private func fuzzFileMessages(_ bytes: [UInt8]) throws(Finding) {
    let whole = fileMessages(bytes, step: max(bytes.count, 1))
    let pieces = fileMessages(bytes, step: 7)
    try require(
        whole.found == pieces.found && whole.isBroken == pieces.isBroken, "a stream in pieces says other things")
    for message in whole.found {
        let again = fileMessages(message.framed, step: 1_000_000)
        try require(again.found == [message] && !again.isBroken, "a message is written otherwise than it was read")
    }
}

private func fileMessages(_ stream: [UInt8], step: Int) -> (found: [FileMessage], isBroken: Bool) {
    var deframer = FileMessageDeframer()
    var found: [FileMessage] = []
    var rest = stream[...]
    while !rest.isEmpty {
        deframer.append([UInt8](rest.prefix(step)).span)
        rest = rest.dropFirst(step)
        do throws(StreamFault) {
            while let message = try deframer.next() { found.append(message) }
        } catch { return (found, true) }
    }
    return (found, false)
}

/// However the content is cut, the same files' bytes come out.
private func fuzzContent(_ bytes: [UInt8]) throws(Finding) {
    try require(pieces(of: bytes, step: max(bytes.count, 1)) == pieces(of: bytes, step: 3), "content in pieces differs")
}

private func pieces(of stream: [UInt8], step: Int) -> [[UInt8]] {
    var reader = ContentReader()
    var found: [[UInt8]] = [[]]
    var rest = stream[...]
    while !rest.isEmpty {
        let part = [UInt8](rest.prefix(step))
        rest = rest.dropFirst(step)
        do throws(StreamFault) {
            try reader.append(part.span) { piece in
                switch piece {
                case .bytes(let range): found[found.count - 1] += part[range]
                case .begin, .end: found.append(Array("\(piece)".utf8))
                }
            }
        } catch { return found + [[0]] }
    }
    return found
}

/// A peer that says what it likes, and a disk that may be slow, full or broken.
private func fuzzTransfers(_ script: inout Script) throws(Finding) {
    let flags = script.byte()
    let policy = FilePolicy(receives: flags & 1 == 0, sends: flags & 2 == 0, byteLimit: 1_000, countLimit: 20)
    var machine = FileTransfers(isHost: flags & 4 == 0, policy: policy)
    let disk = MemoryDisk()
    disk["own"] = Array(0..<200)
    disk["b"] = [1, 2, 3]
    if flags & 8 != 0 { disk.freeBytes = 100 }
    var store = FileStore(MemorySystem(disk), tokenKey: [1])
    var requests: [DiskRequest] = []
    var now = Instant.zero
    for _ in 0..<60 where !script.isAtEnd {
        switch script.choice(8) {
        case 0, 1: machine.receive(script.chunk().span, on: .messages, at: now)
        case 2, 3: machine.receive(script.chunk().span, on: .content, at: now)
        case 4: _ = machine.send("own", at: now)
        case 5: _ = FileName("b").flatMap { machine.request($0, at: now) }
        case 6:
            now = max(now, machine.nextDeadline ?? now)
            machine.advance(to: now)
        default: machine.cancel(machine.progress.last?.identifier ?? TransferIdentifier(0)!)
        }
        try drain(&machine, &store, &requests, isDiskFast: script.byte() & 3 != 0, at: now)
    }
    machine.end()
    try drain(&machine, &store, &requests, isDiskFast: true, at: now)
    try require(machine.isIdle && machine.memoryBytes == 0, "something is left after the end")
    try require(disk.openCount == 0, "a file stays open")
}

private func drain(
    _ machine: inout FileTransfers, _ store: inout FileStore<MemorySystem>, _ requests: inout [DiskRequest],
    isDiskFast: Bool, at now: Instant
) throws(Finding) {
    for _ in 0..<10_000 {
        while let event = machine.pollEvent() {
            if case .disk(let request) = event { requests.append(request) }
        }
        for stream in FileStream.allCases {
            var isMore = true
            while isMore { _ = [UInt8](capacity: 1_000) { isMore = machine.pollTransmit(stream, into: &$0) } }
        }
        try require(machine.memoryBytes < 4 << 20, "memory grows")
        try require(requests.count < 2_000, "the disk is asked for ever more")
        guard isDiskFast, !requests.isEmpty else { return }
        if let result = store.perform(requests.removeFirst()) { machine.diskFinished(result, at: now) }
        for name in store.system.disk.finished {
            try require(FileName(name) != nil || name.hasSuffix(")"), "a file has the name \(name)")
        }
    }
    throw Finding("it does not come to rest")
}

func filesSeeds() -> [[UInt8]] {
    let checksum = ChecksumState().checksum
    let token = [UInt8](repeating: 1, count: FileOffer.tokenCount)
    guard let offer = TransferIdentifier(0), let request = TransferIdentifier(2), let own = TransferIdentifier(1) else {
        return []
    }
    let messages: [FileMessage] = [
        .offer(offer, FileOffer(name: "a", size: 3, token: token)), .request(request, name: "b"), .working(own),
        .accept(own, nil), .accept(own, HeldPrefix(count: 3, checksum: checksum)), .stored(own, name: "own"),
        .failed(own, .cancelled),
    ]
    let bytes = ChecksumState()
    bytes.update([1, 2, 3].span)
    let content: [UInt8] = [1, 0, 0, 2, 3, 1, 2, 3, 3] + bytes.checksum.bytes
    var seeds = [[0] + messages.flatMap(\.framed), [1] + content]
    // The peer sends a file, asks for one, and takes one.
    seeds.append(
        ScriptWriter.write { writer in
            writer.raw([2, 0])
            for message in messages.prefix(2) {
                writer.byte(0)
                writer.chunk(message.framed)
                writer.byte(1)
            }
            writer.byte(2)
            writer.chunk(content)
            writer.raw([1, 4, 1])
            for message in messages.dropFirst(2) {
                writer.byte(0)
                writer.chunk(message.framed)
                writer.byte(1)
            }
        })
    return seeds
}

import PeerSession
import ScreenCodec
import SecureChannel
import WireFormat

private let (recorder, archivist): (StaticKeyPair, StaticKeyPair) = {
    var random = SeededRandom(seed: 21)
    return (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
}()

/// Recordings: files as they are, true files with changes, and what stands in their blocks.
func fuzzRecording(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    switch script.choice(3) {
    case 0: try fuzzEvents(script.rest())
    case 1: _ = openFile(script.rest())
    default: try fuzzChangedFile(&script)
    }
}

/// Events are played as they come; what was understood is written as it was read, but for longer forms of numbers.
private func fuzzEvents(_ bytes: [UInt8]) throws(Finding) {
    _ = try? RecordingAbout(decoding: bytes.span)
    var reader = ByteReader(bytes.span)
    var player = RecordingPlayer(limits: Decoder.Limits(maximumPixelCount: 1 << 16))
    var before = Interval.zero
    while reader.remaining > 0, let (after, event) = try? RecordedEvent.read(from: &reader) {
        player.play(event, after: after)
        try require(player.position >= before, "a recording's time goes back")
        before = player.position
        var again: [UInt8] = []
        event.append(to: &again, after: after)
        var copy = ByteReader(again.span)
        let second = try? RecordedEvent.read(from: &copy)
        try require(
            second?.event == event && second?.after == after, "an event is written otherwise than it was read")
    }
}

/// The blocks of a file, as far as they are genuine, and whether it is whole.
private func openFile(_ bytes: [UInt8]) -> (blocks: [[UInt8]], isWhole: Bool) {
    guard let header = try? SealedFileHeader(decoding: bytes.span) else { return ([], false) }
    var rest = bytes.dropFirst(SealedFileHeader.prefixSize)
    let message = Array(rest.prefix(header.messageSize))
    guard var reader = try? SealedFileReader(header, message: message.span, keys: archivist) else { return ([], false) }
    rest = rest.dropFirst(header.messageSize)
    var blocks: [[UInt8]] = []
    while let head = try? SealedBlock(decoding: Array(rest.prefix(SealedBlock.headSize)).span) {
        let ciphertext = Array(rest.dropFirst(SealedBlock.headSize).prefix(head.size))
        guard let block = try? reader.open(head, ciphertext.span) else { break }
        blocks.append(block)
        rest = rest.dropFirst(SealedBlock.headSize + head.size)
    }
    return (blocks, reader.isFinished && rest.isEmpty)
}

/// However a file is changed or cut, no block comes out of it that is not in it, at its place.
private func fuzzChangedFile(_ script: inout Script) throws(Finding) {
    var random = SeededRandom(seed: 22)
    let payload = [UInt8](repeating: 1, count: 10)
    guard
        var writer = try? SealedFileWriter(
            to: archivist.publicKey, from: recorder, payload: payload.span, random: &random)
    else { throw Finding("a file cannot be begun") }
    var bytes = writer.header
    var blocks: [[UInt8]] = []
    let count = 1 + script.choice(4)
    for index in 0..<count {
        let block = script.chunk()
        blocks.append(block)
        if let sealed = try? writer.seal(block.span, isLast: index == count - 1) { bytes += sealed }
    }
    let whole = openFile(bytes)
    try require(whole.blocks == blocks && whole.isWhole, "a file does not open")
    var changed = bytes
    for _ in 0..<script.choice(3) { changed[Int(script.word()) % changed.count] ^= script.byte() }
    changed.removeLast(min(changed.count, script.choice(64)))
    changed += script.rest()
    let opened = openFile(changed)
    try require(opened.blocks == Array(blocks.prefix(opened.blocks.count)), "a changed file says other things")
    try require(changed == bytes || !opened.isWhole, "a changed file is whole")
}

func recordingSeeds() -> [[UInt8]] {
    var block: [UInt8] = []
    var events: [RecordedEvent] = [.sessionBegan, .missing(count: 2)]
    if let shape = CursorShape(width: 1, height: 1, hotspotX: 0, hotspotY: 0, pixels: [7]) {
        events.append(.cursor(shape))
    }
    let bodies = screenSeeds().filter { $0[0] == 0 }.prefix(3).map { Array($0.dropFirst(3 + ($0[3] == 255 ? 3 : 1))) }
    for (index, body) in bodies.enumerated() {
        events.append(
            .screen(packetNumber: UInt64(index), content: [0, 0, 0] + body))
    }
    events.append(.sessionEnded)
    for (index, event) in events.enumerated() { event.append(to: &block, after: .milliseconds(Int64(index) * 20)) }
    var random = SeededRandom(seed: 23)
    let payload = RecordingAbout(side: .viewer, beganAtMilliseconds: 1).encoded
    var file: [UInt8] = []
    let start = Array(block.prefix(100))
    if var writer = try? SealedFileWriter(
        to: archivist.publicKey, from: recorder, payload: payload.span, random: &random),
        let sealed = try? writer.seal(start.span, isLast: true)
    {
        file = writer.header + sealed
    }
    return [
        [0] + block, [0] + payload, [1] + file, [2, 1, 3, 1, 2, 3, 2, 9, 9, 0, 0],
        [2, 2, 1, 7, 1, 8, 1, 9, 1, 0, 90, 4, 0],
        [2, 0, 5, 1, 2, 3, 4, 5, 0, 20],
    ]
}

import FileTransfer
import ICE
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// What travels between peers, alone and through whole sessions.
func fuzzPeer(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    switch script.choice(8) {
    case 0:
        let bytes = script.rest()
        try fuzzControl(bytes)
        try fuzzClipboard(bytes)
    case 1: try fuzzDescriptions(script.rest())
    case 2: fuzzHandshakeBlobs(&script)
    case 3: try fuzzHostPeer(&script)
    case 4: try fuzzViewerPeer(&script)
    case 5, 6: try fuzzHost(&script)
    default: try fuzzViewer(&script)
    }
}

/// However the control stream is cut, the same messages come out; they are written as they were read.
private func fuzzControl(_ bytes: [UInt8]) throws(Finding) {
    let whole = messages(of: bytes, step: bytes.count)
    let pieces = messages(of: bytes, step: 7)
    try require(
        whole.found == pieces.found && whole.isBroken == pieces.isBroken, "a stream in pieces says other things")
    for message in whole.found {
        let again = messages(of: message.framed, step: 1_000_000)
        try require(
            again.found == [message] && !again.isBroken, "a control message is written otherwise than it was read")
    }
}

private func messages(of stream: [UInt8], step: Int) -> (found: [ControlMessage], isBroken: Bool) {
    var deframer = ControlDeframer()
    var found: [ControlMessage] = []
    var rest = stream[...]
    while !rest.isEmpty {
        deframer.append([UInt8](rest.prefix(step)).span)
        rest = rest.dropFirst(step)
        do throws(ControlFailure) {
            while let message = try deframer.next() { found.append(message) }
        } catch { return (found, true) }
    }
    return (found, false)
}

/// However the clipboard stream is cut, the same things come out, all of them taken and within the limits.
private func fuzzClipboard(_ bytes: [UInt8]) throws(Finding) {
    let offer = ClipboardOffer(selections: [.clipboard], byteLimit: 20)
    let limits = PasteLimits(byteLimit: 1_000, countLimit: 10)
    let whole = items(of: bytes, step: bytes.count, offer, limits)
    try require(whole == items(of: bytes, step: 5, offer, limits), "a clipboard stream in pieces says other things")
    for item in whole {
        switch item {
        case .text(let text):
            try require(
                offer.selections.contains(text.selection) && text.text.utf8.count <= Int(offer.byteLimit),
                "a text is taken that was not offered to be")
        case .files(let announcement): try check(announcement, limits)
        }
    }
    if let announcement = PasteAnnouncement(decoding: bytes.span, limits: limits) { try check(announcement, limits) }
    let text = String(decoding: bytes, as: UTF8.self)
    if let name = PasteName(text) {
        try require(name.description == text, "a paste's name is written otherwise than it was read")
        try require(FileName(text) != nil, "a paste's name is none that a file may have")
    }
}

private func check(_ announcement: PasteAnnouncement, _ limits: PasteLimits) throws(Finding) {
    let listing = announcement.listing
    try require(
        listing.byteCount <= limits.byteLimit && (1...Int(limits.countLimit)).contains(listing.entries.count),
        "more files are announced than are taken")
    var paths: Set<String> = []
    for index in listing.entries.indices {
        let path = listing.path(of: index)
        try require((1...PasteListing.maximumDepth).contains(path.count), "a file lies too deep")
        try require(path.allSatisfy { FileName($0.text) != nil }, "a file has a name that none may have")
        try require(paths.insert(path.map(\.text).joined(separator: "/")).inserted, "two files have one path")
    }
    try require(
        PasteAnnouncement(decoding: announcement.encoded.span, limits: limits) == announcement,
        "an announcement is not read as it is written")
}

private func items(
    of stream: [UInt8], step: Int, _ offer: ClipboardOffer, _ limits: PasteLimits
) -> [ClipboardItem] {
    var receiver = ClipboardReceiver(offer, paste: limits)
    var found: [ClipboardItem] = []
    var rest = stream[...]
    while !rest.isEmpty {
        receiver.append([UInt8](rest.prefix(step)).span) { found.append($0) }
        rest = rest.dropFirst(step)
    }
    return found
}

private func fuzzDescriptions(_ bytes: [UInt8]) throws(Finding) {
    if let event = InputEvent(decoding: bytes.span) {
        try require(event.encoded == bytes, "an input event is written otherwise than it was read")
    }
    if let offer = Offer(decoding: bytes.span) {
        try require(offer.encoded == bytes, "an offer is written otherwise than it was read")
    }
    if let description = SessionDescription(decoding: bytes.span) {
        try require(description.encoded == bytes, "a description is written otherwise than it was read")
    }
    _ = try? ControlMessage.decode(bytes.span)
}

/// Offers at a host, answers and further blobs at a viewer, all of the input's own.
private func fuzzHandshakeBlobs(_ script: inout Script) {
    var random = SeededRandom(seed: 1)
    let credential: ViewerCredential =
        script.byte() & 1 == 0 ? .code(Cast.code) : .authorizedKeys([Cast.viewerKeys.publicKey])
    let offer = script.chunk()
    var host = try? Session.host(
        credential, offer: offer.span, keys: Cast.hostKeys, screen: Cast.screen, sockets: [Cast.hostAddress],
        servers: [], random: &random, at: .zero)
    host?.receiveSignal(script.chunk().span, at: .zero)
    var viewer = Cast.viewer
    viewer.receiveSignal(script.chunk().span, at: .zero)
    viewer.receiveAnswer(script.rest().span, at: .zero)
    while host?.pollEvent() != nil {}
    while viewer.pollEvent() != nil {}
}

/// A host at its signaling server: messages, datagrams, time.
private func fuzzHostPeer(_ script: inout Script) throws(Finding) {
    var peer = script.byte() & 1 == 0 ? Cast.codeHost : Cast.pinnedHost
    var now = Instant.zero
    for _ in 0..<60 where !script.isAtEnd {
        switch script.choice(6) {
        case 0: peer.signalingOpened(serverAddress: .v4(1), at: now)
        case 1: peer.signalingClosed(at: now)
        case 2:
            now = max(now, peer.nextDeadline ?? now)
            peer.advance(to: now)
        case 3: peer.receive(script.chunk().span, on: Path(local: Cast.hostAddress, remote: script.address()), at: now)
        case 4:
            peer.receiveMessage(Cast.incoming(offer: Cast.offer(script.byte()), seed: script.byte()).span, at: now)
        default: peer.receiveMessage(script.chunk().span, at: now)
        }
        var count = 0
        while let event = peer.pollEvent() {
            count += 1
            if case .socketsWanted = event { peer.addSockets([Cast.hostAddress]) }
            if case .resolve(let name) = event { peer.resolved(name, [.v4(0x0505_0505)], at: now) }
            if case .session(.ended) = event { peer.conclude(nil, at: now) }
        }
        try drain(&count) { peer.pollTransmit(into: &$0, at: now) != nil }
        try drain(&count) { peer.pollMessage(into: &$0, at: now) }
    }
}

private func fuzzViewerPeer(_ script: inout Script) throws(Finding) {
    var peer = Cast.viewerPeer
    var now = Instant.zero
    for _ in 0..<60 where !script.isAtEnd {
        switch script.choice(5) {
        case 0: peer.signalingOpened(serverAddress: .v4(1), at: now)
        case 1: peer.signalingClosed(at: now)
        case 2:
            now = max(now, peer.nextDeadline ?? now)
            peer.advance(to: now)
        case 3:
            peer.receive(script.chunk().span, on: Path(local: Cast.viewerAddress, remote: script.address()), at: now)
        default: peer.receiveMessage(script.chunk().span, at: now)
        }
        var count = 0
        while let event = peer.pollEvent() {
            count += 1
            if case .resolve(let name) = event { peer.resolved(name, [.v4(0x0505_0505)], at: now) }
            try require(count < 20_000, "it does not come to rest")
        }
        try drain(&count) { peer.pollTransmit(into: &$0, at: now) != nil }
        try drain(&count) { peer.pollMessage(into: &$0, at: now) }
    }
}

private func drain(_ count: inout Int, _ poll: (inout OutputSpan<UInt8>) -> Bool) throws(Finding) {
    var isMore = true
    while isMore {
        _ = [UInt8](capacity: SignalingLimits.messageBytes) { isMore = poll(&$0) }
        count += 1
        try require(count < 20_000, "it does not come to rest")
    }
}

/// A proven viewer that says what it likes to a host.
private func fuzzHost(_ script: inout Script) throws(Finding) {
    guard var scene = Cast.hostScene else { throw Finding("the host's session does not begin") }
    try scene.play(&script)
}

/// A proven host that says what it likes to a viewer.
private func fuzzViewer(_ script: inout Script) throws(Finding) {
    guard var scene = Cast.viewerScene else { throw Finding("the viewer's session does not begin") }
    try scene.play(&script)
}

func peerSeeds() -> [[UInt8]] {
    let cursor = CursorShape(width: 2, height: 1, hotspotX: 0, hotspotY: 0, pixels: [1, 2])
    let controls =
        [
            ControlMessage.inputPolicy(isViewOnly: true), .candidates([1, 2, 3]),
            .clipboard(ClipboardOffer(selections: [.clipboard], byteLimit: 9)),
            .paste(PasteLimits(byteLimit: 1_000, countLimit: 10)),
        ] + (cursor.map { [.cursor($0)] } ?? [])
    let events: [InputEvent] = [
        .pointerMoved(x: 1, y: 2), .button(number: 1, isPressed: true), .key(keysym: 65, isPressed: false), .releaseAll,
    ]
    let candidate = Candidate(
        kind: .host, address: TransportAddress(ip: .v4(0x0505_0505), port: 9), priority: 1, foundation: 1)
    let description = SessionDescription(
        credentials: Agent.Credentials(usernameFragment: "abcd", password: "abcdefghijklmnopqrstuvwx"),
        candidates: [candidate])
    var seeds: [[UInt8]] = [[0] + controls.flatMap(\.framed), [1] + description.encoded]
    seeds.append([0, 3, 1, 65, 66, 0, 3, 2, 65, 66, 3, 1, 0xC3, 0x28, 0x40, 25, 1] + [UInt8](repeating: 65, count: 24))
    // A folder with a file in it, as files that were copied.
    let announcement: [UInt8] = [1, 0, 0, 1, 97, 1, 4, 2, 98, 99]
    seeds += [[0, UInt8(announcement.count + 1), 3] + announcement, [0] + announcement, [0] + Array("host-1-1".utf8)]
    seeds += events.map { [1] + $0.encoded }
    for choice: UInt8 in 0..<2 {
        let offer = Cast.offer(choice)
        seeds.append([1] + offer)
        seeds.append(
            ScriptWriter.write { writer in
                writer.raw([2, choice])
                writer.chunk(offer)
                writer.raw([3, 1, 2, 3, 3, 2, 2, 3, 9])
            })
    }
    for kind: UInt8 in 3...4 {
        seeds.append(
            ScriptWriter.write { writer in
                writer.raw([kind, 0, 0])
                for message in life() {
                    writer.byte(kind == 3 ? 5 : 4)
                    writer.chunk((try? message.encoded()) ?? [])
                    if kind == 3 { writer.raw([4, 0, 1, 2]) }
                }
                for seed in rendezvousSeeds() where seed[0] == 0 {
                    writer.byte(kind == 3 ? 5 : 4)
                    writer.chunk(Array(seed.dropFirst()))
                }
                if kind == 3 { writer.raw([4, 0, 1, 4, 0, 2, 2, 4, 1, 3]) }
            })
    }
    return seeds + sceneSeeds(controls: controls, events: events)
}

/// Input, control messages, screen datagrams, junk and a close, each in a packet of its own.
private func sceneSeeds(controls: [ControlMessage], events: [InputEvent]) -> [[UInt8]] {
    var packets: [[UInt8]] = []
    var first: UInt8 = 0
    for event in events {
        packets.append([4, first, 1, UInt8(event.encoded.count)] + event.encoded)
        first += 1
    }
    var offset: UInt8 = 0
    for control in controls {
        let bytes = control.framed
        packets.append([8, 0, offset, 0, UInt8(bytes.count)] + bytes)
        offset += UInt8(bytes.count)
    }
    let bodies = screenSeeds().filter { $0[0] == 0 }.prefix(3).map { Array($0.dropFirst(3 + ($0[3] == 255 ? 3 : 1))) }
    for body in bodies { packets.append([16, 0, 0, 0] + body) }
    packets.append([28, 0, 3, 0x62, 0x79, 0x65])
    let play = packets.flatMap { packet in
        ScriptWriter.write { writer in
            writer.byte(2)
            writer.chunk(packet)
        }
    }
    return [5, 7].map { kind in [kind] + play + [0, 1, 3, 10, 4, 3, 1, 2, 3] }
}

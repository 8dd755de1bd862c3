import PeerSession
import SecureChannel
import Testing
import WireFormat

/// Texts that are copied on one side and pasted on the other.
@Suite struct ClipboardTests {
    private static func configuration(
        _ selections: Set<SharedSelection>, limit: UInt32 = 1 << 20, isViewOnly: Bool = false
    ) -> SessionConfiguration {
        var configuration = SessionConfiguration()
        configuration.clipboard = ClipboardOffer(selections: selections, byteLimit: limit)
        configuration.isViewOnly = isViewOnly
        return configuration
    }

    private func pair(_ host: SessionConfiguration, _ viewer: SessionConfiguration) throws -> World {
        let world = World(.authorizedKeys([World.keys(2).publicKey]), keys: World.keys(1), configuration: host)
        world.run(for: .seconds(1))
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: World.keys(2), configuration: viewer)
        world.run(for: .seconds(2))
        try #require(world.isConnected(0))
        return world
    }

    private func send(_ text: ClipboardText, fromHost: Bool, in world: World) -> ClipboardSending {
        var result = ClipboardSending.notWanted
        if fromHost {
            world.actAsHost { host, now in result = host.send(text, at: now) }
        } else {
            world.actAsViewer(0) { viewer, now in result = viewer.send(text, at: now) }
        }
        world.run(for: .seconds(5))
        return result
    }

    private func received(byHost: Bool, in world: World) -> [ClipboardText] {
        (byHost ? world.hostEvents : world.viewerEvents[0]).compactMap {
            if case .session(.clipboard(let text)) = $0 { text } else { nil }
        }
    }

    static let texts = ["", "a", "Grüße\n€ 漢字 😀\0", String(repeating: "0123456789abcdeü", count: 60_000)]

    @Test(arguments: texts, [false, true])
    func `a text arrives as it was, whichever way it goes`(text: String, fromHost: Bool) throws {
        let both = Self.configuration([.clipboard, .primary])
        let world = try pair(both, both)
        let sent = SharedSelection.allCases.map { ClipboardText(text, in: $0) }
        for text in sent { #expect(send(text, fromHost: fromHost, in: world) == .sent) }
        #expect(received(byHost: !fromHost, in: world) == sent)
        #expect(received(byHost: fromHost, in: world).isEmpty)
    }

    @Test(arguments: [Set<SharedSelection>(), [.clipboard], [.primary], [.clipboard, .primary]], [false, true])
    func `only what the other side takes is sent`(selections: Set<SharedSelection>, fromHost: Bool) throws {
        let (all, some) = (Self.configuration([.clipboard, .primary]), Self.configuration(selections))
        let world = try pair(fromHost ? all : some, fromHost ? some : all)
        for selection in SharedSelection.allCases {
            let text = ClipboardText("\(selection)", in: selection)
            #expect(
                send(text, fromHost: fromHost, in: world) == (selections.contains(selection) ? .sent : .notWanted))
        }
        #expect(received(byHost: !fromHost, in: world).map(\.selection).count == selections.count)
        // A side that shares nothing is not told of wishes either.
        let wishes = world.hostEvents + world.viewerEvents[0]
        let count = wishes.filter { if case .session(.clipboardWanted) = $0 { true } else { false } }.count
        #expect(count == (selections.isEmpty ? 0 : 2))
    }

    @Test func `a host that is only looked at gives and does not take`() throws {
        let world = try pair(
            Self.configuration([.clipboard], isViewOnly: true), Self.configuration([.clipboard]))
        #expect(send(ClipboardText("in", in: .clipboard), fromHost: false, in: world) == .notWanted)
        #expect(send(ClipboardText("out", in: .clipboard), fromHost: true, in: world) == .sent)
        #expect(received(byHost: false, in: world) == [ClipboardText("out", in: .clipboard)])
    }

    @Test func `a viewer that only looks takes and does not give`() throws {
        let world = try pair(
            Self.configuration([.clipboard]), Self.configuration([.clipboard], isViewOnly: true))
        #expect(send(ClipboardText("in", in: .clipboard), fromHost: false, in: world) == .notWanted)
        #expect(send(ClipboardText("out", in: .clipboard), fromHost: true, in: world) == .sent)
        #expect(received(byHost: false, in: world) == [ClipboardText("out", in: .clipboard)])
    }

    @Test func `what is longer than the other side takes stays here`() throws {
        let world = try pair(Self.configuration([.clipboard], limit: 10), Self.configuration([.clipboard]))
        let long = ClipboardText("elf Zeichen", in: .clipboard)
        #expect(send(long, fromHost: false, in: world) == .tooLarge(limit: 10))
        #expect(send(ClipboardText("zehn  Zei.", in: .clipboard), fromHost: false, in: world) == .sent)
        #expect(received(byHost: true, in: world).map(\.text) == ["zehn  Zei."])
    }

    private func text(_ item: ClipboardItem) -> String {
        if case .text(let text) = item { text.text } else { "no text" }
    }

    @Test func `of texts that wait for the stream the newest goes`() {
        var sender = ClipboardSender()
        var written: [UInt8] = []
        var room = 3
        func flush() {
            sender.flush { bytes in
                let count = min(room, bytes.count)
                room -= count
                written += bytes.extracting(0..<count).copied()
                return count
            }
        }
        sender.append(.text(ClipboardText("first", in: .clipboard)))
        flush()
        for text in ["second", "third"] { sender.append(.text(ClipboardText(text, in: .clipboard))) }
        sender.append(.text(ClipboardText("marked", in: .primary)))
        room = 1_000
        flush()
        var receiver = ClipboardReceiver(ClipboardOffer(selections: [.clipboard, .primary]))
        var found: [String] = []
        receiver.append(written.span) { found.append(text($0)) }
        #expect(found == ["first", "third", "marked"])
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func `what is not taken is skipped, however the stream is cut`(step: Int) {
        let stream: [UInt8] =
            [3, 1] + Array("ab".utf8) + [0] + [2, 9, 65] + [3, 2, 66, 67] + [3, 1, 0xC3, 0x28] + [1, 1]
            + [0x40, 12, 1] + Array("0123456789A".utf8) + [11, 1] + Array("0123456789".utf8)
        var receiver = ClipboardReceiver(ClipboardOffer(selections: [.clipboard], byteLimit: 10))
        var found: [String] = []
        var rest = stream[...]
        while !rest.isEmpty {
            receiver.append([UInt8](rest.prefix(step)).span) { found.append(text($0)) }
            rest = rest.dropFirst(step)
        }
        #expect(found == ["ab", "", "0123456789"])
        #expect(receiver.skippedCount == 4)
    }

    @Test func `a length without end costs no memory and harms no later text`() {
        var receiver = ClipboardReceiver(ClipboardOffer(selections: [.clipboard], byteLimit: 10))
        var found: [String] = []
        // 2^62 - 1 bytes to come: the stream is as good as closed, and nothing of it is kept.
        let endless: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]
        receiver.append(endless.span) { found.append(text($0)) }
        for _ in 0..<100 { receiver.append([UInt8](repeating: 1, count: 10_000).span) { found.append(text($0)) } }
        #expect(found.isEmpty)
        #expect(receiver.skippedCount == 1)
    }
}

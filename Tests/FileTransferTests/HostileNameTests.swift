import FileTransfer
import SimulatedDisk
import Testing
import WireFormat

/// Names that would do harm, or be taken for others.
@Suite struct HostileNameTests {
    static let hostile = [
        "", ".", "..", "../a", "a/b", "/a", "/etc/passwd", "a/", "./a", "..\\a", "C:\\a", "a\\b", "a\0b", "\0",
        "a\nb", "a\u{7F}", "a\u{85}b", "\u{1B}[31ma", ".bashrc", ".beeline-x.part", "-rf", "--help", " a", "a ",
        "a\u{A0}", "\u{202E}gpj.exe", "a\u{2066}b", "a\u{200F}b", "a\u{2028}b", "a\tb",
        String(repeating: "x", count: 201), String(repeating: "ü", count: 101),
    ]
    static let harmless = [
        "a", "a.txt", "Grüße.odt", "漢字.pdf", "a b", "a..b", "a.", "~a", "$a", "a;b", "a'b\"c", "%2e%2e%2fa", "con",
        "😀", "a-b", "*", String(repeating: "x", count: 200),
    ]

    @Test(arguments: hostile)
    func `is no name`(name: String) { #expect(FileName(name) == nil) }

    @Test(arguments: harmless)
    func `is a name`(name: String) { #expect(FileName(name)?.text == name) }

    @Test(arguments: hostile)
    func `is refused, and the disk is not asked`(name: String) {
        let disk = MemoryDisk()
        var peer = HostilePeer(against: disk)
        let offer = FileOffer(name: name, size: 5, token: [UInt8](repeating: 0, count: 16))
        if name.utf8.count <= 512 {
            peer.say(.offer(peer.number(0), offer))
            peer.say(.request(peer.number(0, isRequest: true), name: name))
        }
        #expect(
            peer.answers == [
                .failed(peer.number(0), .unsafeName), .failed(peer.number(0, isRequest: true), .unsafeName),
            ])
        #expect(disk.log.isEmpty)
    }

    @Test func `is not shown either, as that of a file that is said to be stored`() throws {
        let disk = MemoryDisk()
        disk["a"] = []
        var party = Party(isHost: false, policy: .off, disk: disk)
        _ = party.machine.send("a", at: .zero)
        let identifier = try #require(TransferIdentifier(0))
        for message in [FileMessage.accept(identifier, nil), .stored(identifier, name: "\u{1B}[2J")] {
            for _ in 0..<4 {
                party.drain()
                party.work()
                party.deliver(at: .zero)
            }
            party.machine.receive(message.framed.span, on: .messages, at: .zero)
        }
        party.drain()
        #expect(party.failures == [.violation] && party.stored.isEmpty)
    }

    @Test(arguments: harmless)
    func `a number keeps it a name that a file system takes`(name: String) throws {
        let disk = MemoryDisk()
        disk[name] = [1]
        let source = MemoryDisk()
        source[name] = [2]
        var exchange = Exchange(viewerDisk: source, hostDisk: disk)
        exchange.send([name])
        try exchange.finish()
        #expect(disk.finished.count == 2 && disk.finished.allSatisfy { $0.utf8.count < 255 })
        let stored = try #require(exchange.viewer.stored.first)
        #expect(disk[name] == [1] && disk[stored] == [2])
    }
}

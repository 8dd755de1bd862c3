import FileTransfer
import PeerSession
import Testing
import WireFormat

/// Lists of what was copied, as they come from a peer that may say anything.
@Suite struct PasteListingTests {
    private static let limits = PasteLimits(byteLimit: 1_000_000, countLimit: 100)

    /// An entry on the wire: the folder's place and one, the size and one, the name.
    private static func entry(_ name: String, folder: UInt64 = 0, size: UInt64 = 1) -> [UInt8] {
        entry(Array(name.utf8), folder: folder, size: size)
    }

    private static func entry(_ name: [UInt8], folder: UInt64 = 0, size: UInt64 = 1) -> [UInt8] {
        [UInt8](capacity: name.count + 24) { output in
            output.append(varint: folder)
            output.append(varint: size)
            output.append(varint: UInt64(name.count))
            output.append(contentsOf: name.span)
        }
    }

    private func read(_ entries: [[UInt8]], limits: PasteLimits = limits) -> PasteListing? {
        PasteAnnouncement(decoding: ([1] + entries.flatMap(\.self)).span, limits: limits)?.listing
    }

    @Test func `are read as they were written`() throws {
        var listing = PasteListing()
        var folder: Int?
        for depth in 0..<PasteListing.maximumDepth - 1 {
            folder = try listing.append(.init(name: try #require(FileName("d\(depth)")), folder: folder, size: nil))
        }
        let last = try listing.append(.init(name: try #require(FileName("ä b")), folder: folder, size: 999_999))
        try listing.append(.init(name: try #require(FileName("D0")), folder: nil, size: 0))
        let announcement = PasteAnnouncement(number: 1 << 40, listing: listing)
        #expect(PasteAnnouncement(decoding: announcement.encoded.span, limits: Self.limits) == announcement)
        #expect(listing.path(of: last).map(\.text) == (0..<15).map { "d\($0)" } + ["ä b"])
        for index in [-1, listing.entries.count, 99_999, .max] { #expect(listing.path(of: index).isEmpty) }
        #expect(listing.topNames.map(\.text) == ["d0", "D0"], "names that differ by case are two")
        #expect(listing.fileCount == 2 && listing.byteCount == 999_999)
        #expect(throws: PasteListing.Fault.tooDeep) {
            let deepest = try listing.append(.init(name: #require(FileName("d")), folder: folder, size: nil))
            try listing.append(.init(name: #require(FileName("e")), folder: deepest, size: 1))
        }
    }

    static let hostile: [(what: String, entries: [[UInt8]])] = [
        ("nothing", []),
        ("a way up", [entry("..")]), ("a way out", [entry("../x")]), ("a path", [entry("a/b")]),
        ("a root", [entry("/etc/passwd")]), ("a NUL", [entry("a\0b")]), ("no name", [entry("")]),
        ("a hidden file", [entry(".ssh", size: 0)]), ("an option", [entry("-rf")]), ("a line's end", [entry("a\nb")]),
        ("no UTF-8", [entry([0xC3, 0x28])]), ("a long name", [entry(String(repeating: "a", count: 201))]),
        ("a name twice", [entry("a"), entry("a")]),
        ("2^62 - 1 bytes", [entry("a", size: (1 << 62) - 1)]),
        ("a sum that overflows", (0..<9).map { entry("\($0)", size: 1 << 61) }),
        ("a sum beyond the limit", (0..<2).map { entry("\($0)", size: 500_002) }),
        ("a file as a folder", [entry("a"), entry("b", folder: 1)]),
        ("its own folder", [entry("a", folder: 1, size: 0)]),
        ("a folder to come", [entry("a", folder: 2, size: 0), entry("b", size: 0)]),
        ("a folder at 2^62 - 1", [entry("a", folder: (1 << 62) - 1)]),
        ("too many", (0...100).map { entry("\($0)", size: 0) }),
        ("half an entry", [Array(entry("abc").dropLast())]),
        ("seventeen folders in each other", (0..<17).map { entry("a", folder: UInt64($0), size: 0) }),
    ]

    @Test(arguments: hostile)
    func `what makes no sense is not taken`(hostile: (what: String, entries: [[UInt8]])) {
        #expect(read(hostile.entries) == nil, "\(hostile.what)")
    }

    @Test func `a million names cost no more than a limit`() {
        let many = (0..<1_000_000).map { Self.entry("\($0)", size: 0) }
        #expect(read(many, limits: PasteLimits(byteLimit: .max, countLimit: .max)) == nil)
        // On the stream they are not even collected.
        var receiver = ClipboardReceiver(.nothing, paste: Self.limits)
        let frame = [UInt8](capacity: 9) { output in
            output.append(varint: (1 << 20) + 2)
            output.append(3)
        }
        receiver.append(frame.span) { _ in Issue.record("an item") }
        #expect(receiver.skippedCount == 1)
    }

    @Test func `files and texts come in their order, however the stream is cut`() throws {
        var sender = ClipboardSender()
        var listing = PasteListing()
        try listing.append(.init(name: try #require(FileName("a")), folder: nil, size: 3))
        let files = ClipboardItem.files(PasteAnnouncement(number: 7, listing: listing))
        let items = [ClipboardItem.text(ClipboardText("one", in: .clipboard)), files]
        var written: [UInt8] = []
        for item in items {
            sender.append(item)
            sender.flush { bytes in
                written += bytes.copied()
                return bytes.count
            }
        }
        // Of what waits in one selection the newest goes.
        for item in items { sender.append(item) }
        sender.flush { bytes in
            written += bytes.copied()
            return bytes.count
        }
        for step in [1, 3, 1_000] {
            var receiver = ClipboardReceiver(ClipboardOffer(selections: [.clipboard]), paste: Self.limits)
            var found: [ClipboardItem] = []
            var rest = written[...]
            while !rest.isEmpty {
                receiver.append([UInt8](rest.prefix(step)).span) { found.append($0) }
                rest = rest.dropFirst(step)
            }
            #expect(found == items + [files])
        }
        // A side that takes no files skips them.
        var receiver = ClipboardReceiver(ClipboardOffer(selections: [.clipboard]))
        var count = 0
        receiver.append(written.span) { _ in count += 1 }
        #expect(count == 1 && receiver.skippedCount == 2)
    }

    @Test(arguments: ["host-1-2", "viewer-18446744073709551615-0"])
    func `names of files under way are understood`(text: String) {
        #expect(PasteName(text)?.description == text)
    }

    @Test(arguments: [
        "", "host", "host-1", "host-1-2-3", "host-01-2", "host--1", "host-1--2", "guest-1-2", "host-1-+2",
    ])
    func `other names mean nothing`(text: String) { #expect(PasteName(text) == nil) }
}

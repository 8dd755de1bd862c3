import FileTransfer
import PeerSession
import SecureChannel
import SimulatedDisk
import Testing
import WireFormat

/// Files that are copied on one side and pasted on the other, in whole sessions.
@Suite struct PasteTests {
    private static let limits = PasteLimits(byteLimit: 2_000_000, countLimit: 50)

    private static func configuration(
        _ paste: PasteLimits = limits, isViewOnly: Bool = false
    ) -> SessionConfiguration {
        var configuration = SessionConfiguration()
        configuration.clipboard = ClipboardOffer(selections: [.clipboard])
        configuration.paste = paste
        configuration.isViewOnly = isViewOnly
        return configuration
    }

    private func pair(
        _ host: SessionConfiguration = configuration(), _ viewer: SessionConfiguration = configuration(),
        _ link: WorldLink = WorldLink(), seed: UInt64 = 1
    ) throws -> World {
        let world = World(
            .authorizedKeys([World.keys(2).publicKey]), keys: World.keys(1), configuration: host, seed: seed)
        world.run(for: .seconds(1))
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: World.keys(2), configuration: viewer)
        world.run(for: .seconds(2))
        try #require(world.isConnected(0))
        world.link = link
        return world
    }

    /// A folder with two files, of which one is empty, and a file beside it.
    private static func listing(largest: UInt64 = 700_000) throws -> PasteListing {
        var listing = PasteListing()
        func add(_ name: String, in folder: Int? = nil, size: UInt64? = nil) throws -> Int {
            try listing.append(.init(name: try #require(FileName(name)), folder: folder, size: size))
        }
        let folder = try add("Grüße")
        _ = try add("empty", in: folder, size: 0)
        _ = try add("large", in: folder, size: largest)
        _ = try add("small", size: 3)
        return listing
    }

    private static func bytes(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: 5)
        return random.bytes(count: count)
    }

    /// Where the files are that this side has copied, and comes what the other side has.
    private func disk(ofHost isHost: Bool, in world: World) -> MemoryDisk {
        isHost ? world.hostPastes : world.viewerPastes
    }

    private func fill(_ disk: MemoryDisk, isHost: Bool, number: Int = 1, largest: Int = 700_000) {
        let side = isHost ? "host" : "viewer"
        disk["\(side)-\(number)-1"] = []
        disk["\(side)-\(number)-2"] = Self.bytes(largest)
        disk["\(side)-\(number)-3"] = [1, 2, 3]
    }

    private func announce(_ listing: PasteListing, fromHost: Bool, in world: World) -> PasteSending {
        var result = PasteSending.notWanted
        if fromHost {
            world.actAsHost { host, now in result = host.announce(listing, at: now) }
        } else {
            world.actAsViewer(0) { viewer, now in result = viewer.announce(listing, at: now) }
        }
        return result
    }

    private func fetch(_ number: UInt64, byHost: Bool, in world: World) -> Bool {
        var result = false
        if byHost {
            world.actAsHost { host, now in result = host.fetchPaste(number, at: now) }
        } else {
            world.actAsViewer(0) { viewer, now in result = viewer.fetchPaste(number, at: now) }
        }
        return result
    }

    private func events(ofHost isHost: Bool, in world: World) -> [PasteEvent] {
        (isHost ? world.hostEvents : world.viewerEvents[0]).compactMap {
            if case .session(.paste(let event)) = $0 { event } else { nil }
        }
    }

    /// How it went: what was fetched, given, and why not.
    private func outcome(ofHost isHost: Bool, in world: World) -> [String] {
        events(ofHost: isHost, in: world).compactMap { event in
            switch event {
            case .wanted, .announced, .disk: nil
            case .fetched(let what): "fetched \(what.number)"
            case .given(let what): "given \(what.number)"
            case .failed(let what, let index, let failure): "failed \(what.number) \(index) \(failure)"
            case .notGiven(let what, let index, let failure): "not given \(what.number) \(index) \(failure)"
            }
        }
    }

    @Test(arguments: [false, true], [0, 0.05])
    func `are fetched when they are pasted, and nothing is read before`(fromHost: Bool, loss: Double) throws {
        let world = try pair(Self.configuration(), Self.configuration(), WorldLink(loss: loss))
        let (source, target) = (disk(ofHost: fromHost, in: world), disk(ofHost: !fromHost, in: world))
        fill(source, isHost: fromHost)
        let listing = try Self.listing()
        #expect(announce(listing, fromHost: fromHost, in: world) == .announced(1))
        world.run(for: .seconds(2))
        #expect(
            events(ofHost: !fromHost, in: world)
                == [.wanted(Self.limits), .announced(PasteAnnouncement(number: 1, listing: listing))])
        #expect(source.log.isEmpty && target.log.isEmpty)
        #expect(fetch(1, byHost: !fromHost, in: world))
        #expect(fetch(1, byHost: !fromHost, in: world), "it is under way")
        world.run(for: .seconds(20))
        #expect(outcome(ofHost: !fromHost, in: world) == ["fetched 1"])
        #expect(outcome(ofHost: fromHost, in: world) == ["given 1"])
        #expect(target.finished == source.finished && target.parts.isEmpty)
        for name in source.finished { #expect(target[name] == source[name]) }
        #expect(source.openCount == 0 && target.openCount == 0)
    }

    @Test func `folders alone are there at once`() throws {
        let world = try pair()
        var listing = PasteListing()
        try listing.append(.init(name: try #require(FileName("a")), folder: nil, size: nil))
        #expect(announce(listing, fromHost: true, in: world) == .announced(1))
        world.run(for: .seconds(1))
        #expect(fetch(1, byHost: false, in: world))
        #expect(outcome(ofHost: false, in: world) == ["fetched 1"])
    }

    /// Who says that it shares none, or only looks.
    enum Limit: CaseIterable { case hostOff, viewerOff, hostViewOnly, viewerViewOnly }

    @Test(arguments: Limit.allCases, [false, true])
    func `go only where both sides let them`(limit: Limit, fromHost: Bool) throws {
        let world = try pair(
            Self.configuration(limit == .hostOff ? .nothing : Self.limits, isViewOnly: limit == .hostViewOnly),
            Self.configuration(limit == .viewerOff ? .nothing : Self.limits, isViewOnly: limit == .viewerViewOnly))
        // Who only looks may see what the host gives.
        let isAllowed = fromHost && (limit == .hostViewOnly || limit == .viewerViewOnly)
        #expect(
            announce(try Self.listing(), fromHost: fromHost, in: world) == (isAllowed ? .announced(1) : .notWanted))
        world.run(for: .seconds(1))
        #expect(fetch(1, byHost: !fromHost, in: world) == isAllowed)
    }

    @Test func `what is more than the other side takes stays here`() throws {
        let world = try pair()
        #expect(
            announce(try Self.listing(largest: 2_000_000), fromHost: false, in: world) == .tooLarge(limit: 2_000_000))
        var many = PasteListing()
        for number in 0...50 {
            try many.append(.init(name: try #require(FileName("\(number)")), folder: nil, size: 1))
        }
        #expect(announce(many, fromHost: false, in: world) == .tooMany(limit: 50))
        world.run(for: .seconds(1))
        #expect(events(ofHost: true, in: world) == [.wanted(Self.limits)])
    }

    @Test func `of limits that change without end the first few are told, each once, and the last one holds`() throws {
        let world = try pair()
        let limits: [PasteLimits] = (1...6).map { PasteLimits(byteLimit: 700_000 + UInt64($0)) }
        var told: [PasteLimits] = [limits[0], limits[1], .nothing]
        for _ in 0..<5 { told += limits }
        for limit in told {
            world.actAsViewer(0) { viewer, now in viewer.say(.paste(limit), at: now) }
            world.run(for: .milliseconds(100))
            #expect(world.host.wantedPastes == limit)
        }
        #expect(events(ofHost: true, in: world) == ([Self.limits] + limits.prefix(3)).map(PasteEvent.wanted))
        #expect(announce(try Self.listing(largest: 700_004), fromHost: true, in: world) == .tooLarge(limit: 700_006))
        #expect(announce(try Self.listing(largest: 700_003), fromHost: true, in: world) == .announced(1))
    }

    /// What became of a file after it was copied, and what is told.
    static let changes: [(name: String, size: Int?, failure: String)] = [
        ("vanished", nil, "notFound"), ("larger", 700_001, "changed"), ("smaller", 699_999, "changed"),
        ("endless", 1_900_000, "changed"),
    ]

    @Test(arguments: changes, [false, true])
    func `a file that is not what was announced is not taken, and both sides say so`(
        change: (name: String, size: Int?, failure: String), fromHost: Bool
    ) throws {
        let world = try pair()
        let (source, target) = (disk(ofHost: fromHost, in: world), disk(ofHost: !fromHost, in: world))
        fill(source, isHost: fromHost)
        #expect(announce(try Self.listing(), fromHost: fromHost, in: world) == .announced(1))
        world.run(for: .seconds(1))
        source[(fromHost ? "host" : "viewer") + "-1-2"] = change.size.map(Self.bytes)
        #expect(fetch(1, byHost: !fromHost, in: world))
        world.run(for: .seconds(10))
        #expect(outcome(ofHost: !fromHost, in: world) == ["failed 1 2 \(change.failure)"])
        #expect(outcome(ofHost: fromHost, in: world) == ["not given 1 2 \(change.failure)"])
        #expect(!target.finished.contains { $0.hasSuffix("-2") })
        #expect(source.openCount == 0 && target.openCount == 0)
        // Once it is as it was, they can be pasted after all.
        fill(source, isHost: fromHost)
        #expect(fetch(1, byHost: !fromHost, in: world))
        world.run(for: .seconds(10))
        #expect(outcome(ofHost: !fromHost, in: world).last == "fetched 1")
        for name in source.finished { #expect(target[name] == source[name]) }
    }

    /// Beyond the end, a folder, what was never announced, the other side's own, and what is no number.
    static let notAnnounced = [
        "host-1-4", "host-1-99999", "host-1-\(Int.max)", "host-1-0", "host-0-1", "host-7-1", "host-\(UInt64.max)-1",
        "viewer-1-1", "host-1-18446744073709551616", "host-1", "passwd",
    ]

    @Test(arguments: notAnnounced)
    func `what was not announced is not given, and not told of`(name: String) throws {
        let world = try pair()
        fill(world.hostPastes, isHost: true)
        #expect(announce(try Self.listing(), fromHost: true, in: world) == .announced(1))
        world.run(for: .seconds(1))
        let file = try #require(FileName(name))
        for _ in 0..<3 { world.actAsViewer(0) { viewer, now in viewer.requestPasted(file, at: now) } }
        world.run(for: .seconds(5))
        #expect(outcome(ofHost: true, in: world).isEmpty && world.hostPastes.log.isEmpty)
        #expect(fetch(1, byHost: false, in: world))
        world.run(for: .seconds(20))
        #expect(outcome(ofHost: true, in: world) == ["given 1"])
    }

    @Test func `whoever asks again and again is told of once`() throws {
        let world = try pair()
        fill(world.hostPastes, isHost: true)
        #expect(announce(try Self.listing(), fromHost: true, in: world) == .announced(1))
        world.run(for: .seconds(1))
        // The viewer's own session takes nothing that it has not asked for.
        let file = try #require(FileName("host-1-1"))
        for _ in 0..<3 { world.actAsViewer(0) { viewer, now in viewer.requestPasted(file, at: now) } }
        world.run(for: .seconds(5))
        #expect(outcome(ofHost: true, in: world) == ["not given 1 1 changed"])
        for _ in 0..<2 {
            #expect(fetch(1, byHost: false, in: world))
            world.run(for: .seconds(20))
        }
        #expect(outcome(ofHost: false, in: world) == ["fetched 1", "fetched 1"])
        #expect(outcome(ofHost: true, in: world) == ["not given 1 1 changed", "given 1"])
    }

    @Test(arguments: [Int64(3), 45, 120])
    func `a lost path is waited for`(seconds: Int64) throws {
        let world = try pair(Self.configuration(), Self.configuration(), WorldLink(bytesPerSecond: 500_000))
        fill(world.hostPastes, isHost: true, largest: 1_900_000)
        #expect(announce(try Self.listing(largest: 1_900_000), fromHost: true, in: world) == .announced(1))
        world.run(for: .seconds(1))
        #expect(fetch(1, byHost: false, in: world))
        world.run(for: .milliseconds(300))
        world.silenced = [World.hostIP]
        world.run(for: .seconds(seconds))
        #expect(outcome(ofHost: false, in: world).isEmpty)
        let fetched = try #require(world.viewers[0].pasteProgress(.receiving))
        let given = try #require(world.host.pasteProgress(.sending))
        for progress in [fetched, given] {
            #expect(progress.bytes > 0 && progress.bytes < progress.size && progress.size == 1_900_003)
        }
        #expect(fetched.bytes <= given.bytes, "what is here has been sent")
        world.silenced = []
        world.run(for: .seconds(30))
        #expect(outcome(ofHost: false, in: world) == ["fetched 1"])
        for name in world.hostPastes.finished { #expect(world.viewerPastes[name] == world.hostPastes[name]) }
        #expect(world.viewers[0].pasteProgress(.receiving) == nil && world.host.pasteProgress(.sending) == nil)
        #expect(world.viewers[0].pasteProgress(.sending) == nil && world.host.pasteProgress(.receiving) == nil)
    }

    @Test func `a request that the path swallows is not given up while there is no path`() throws {
        let world = try pair()
        fill(world.hostPastes, isHost: true)
        #expect(announce(try Self.listing(), fromHost: true, in: world) == .announced(1))
        world.run(for: .seconds(1))
        world.silenced = [World.hostIP]
        #expect(fetch(1, byHost: false, in: world))
        world.run(for: .seconds(100))
        world.silenced = []
        world.run(for: .seconds(30))
        #expect(outcome(ofHost: false, in: world) == ["fetched 1"])
    }

    @Test(arguments: [false, true])
    func `a session that ends leaves nothing that looks whole`(byHost: Bool) throws {
        let world = try pair(Self.configuration(), Self.configuration(), WorldLink(bytesPerSecond: 500_000))
        fill(world.hostPastes, isHost: true)
        #expect(announce(try Self.listing(), fromHost: true, in: world) == .announced(1))
        world.run(for: .seconds(1))
        #expect(fetch(1, byHost: false, in: world))
        world.run(for: .milliseconds(300))
        if byHost {
            world.actAsHost { host, now in host.close(text: "", at: now) }
        } else {
            world.actAsViewer(0) { viewer, now in viewer.close(text: "", at: now) }
        }
        world.run(for: .seconds(2))
        #expect(outcome(ofHost: false, in: world) == ["failed 1 2 sessionEnded"])
        #expect(outcome(ofHost: true, in: world).isEmpty)
        #expect(!world.viewerPastes.finished.contains("host-1-2"))
        #expect(world.hostPastes.openCount == 0 && world.viewerPastes.openCount == 0)
    }

    @Test func `what was replaced is given on to whom was taking it, and to nobody else`() throws {
        let world = try pair(Self.configuration(), Self.configuration(), WorldLink(bytesPerSecond: 500_000))
        fill(world.hostPastes, isHost: true, number: 1)
        fill(world.hostPastes, isHost: true, number: 2)
        let listing = try Self.listing()
        #expect(announce(listing, fromHost: true, in: world) == .announced(1))
        world.run(for: .seconds(1))
        #expect(fetch(1, byHost: false, in: world))
        world.run(for: .milliseconds(300))
        #expect(announce(listing, fromHost: true, in: world) == .announced(2))
        world.run(for: .seconds(20))
        #expect(outcome(ofHost: false, in: world) == ["fetched 1"])
        #expect(!fetch(1, byHost: false, in: world), "it is not what was copied last")
        // A text comes in its place while it is asked for.
        let before = world.hostPastes.log.count
        world.actAsHost { host, now in
            #expect(host.send(ClipboardText("text", in: .clipboard), at: now) == .sent)
        }
        #expect(fetch(2, byHost: false, in: world))
        world.run(for: .seconds(5))
        #expect(outcome(ofHost: false, in: world) == ["fetched 1", "failed 2 1 notFound"])
        #expect(world.hostPastes.log.count == before, "the disk was asked for what is not given")
        #expect(!fetch(2, byHost: false, in: world))
    }
}

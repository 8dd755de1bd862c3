import SecureChannel
import Testing
import WireFormat

@Suite struct HandshakeTests {
    @Test(arguments: Pair.Pattern.allCases) func agreesOnEverything(_ pattern: Pair.Pattern) throws {
        var pair = try Pair(pattern)
        try pair.complete()
        #expect(pair.viewer.isFinished && pair.host.isFinished)
        #expect(pair.viewer.peerKey == pair.hostKeys.publicKey)
        #expect(pair.host.peerKey == pair.viewerKeys.publicKey)
        #expect(try pair.viewer.export(label: "a", count: 100) == pair.host.export(label: "a", count: 100))
        #expect(try pair.viewer.exportFinal(label: "a", count: 100) == pair.host.exportFinal(label: "a", count: 100))
        #expect(try pair.viewer.export(label: "a", count: 32) != pair.viewer.exportFinal(label: "a", count: 32))
        #expect(try pair.viewer.export(label: "a", count: 32) != pair.viewer.export(label: "b", count: 32))
        var viewer = try pair.viewer.recordLayer()
        var host = try pair.host.recordLayer()
        #expect(try host.open(viewer.seal([1, 2, 3], 0)).plaintext == [1, 2, 3])
        #expect(try viewer.open(host.seal([4, 5, 6], 0)).plaintext == [4, 5, 6])
        #expect(viewer.remoteIdentifier == host.localIdentifier)
        #expect(viewer.localIdentifier == host.remoteIdentifier)
        #expect(viewer.localIdentifier != viewer.remoteIdentifier)
    }

    @Test func carriesPayloadsThroughEveryMessageOfACode() throws {
        var pair = try Pair(.code)
        #expect(try pair.host.read(pair.viewer.write("offer")) == "offer")
        #expect(pair.host.peerKey == nil)
        #expect(try pair.viewer.read(pair.host.write("answer")) == "answer")
        #expect(pair.viewer.stage == .messageTwo && pair.host.stage == .messageTwo)
        #expect(pair.viewer.peerKey == pair.hostKeys.publicKey)
        // Both have the early exporter and neither the final one.
        #expect(try pair.viewer.export(label: "ice", count: 24) == pair.host.export(label: "ice", count: 24))
        #expect(throws: HandshakeFailure.tooEarly) { try pair.viewer.exportFinal(label: "ice", count: 24) }
        #expect(throws: HandshakeFailure.tooEarly) { try pair.host.recordLayer() }
        #expect(pair.host.peerKey == nil)
        #expect(try pair.host.read(pair.viewer.write("last")) == "last")
        #expect(pair.host.peerKey == pair.viewerKeys.publicKey)
    }

    @Test func askTheHostToAuthoriseAPinnedViewer() throws {
        var pair = try Pair(.pinned)
        let offer = try pair.viewer.write("offer")
        #expect(try pair.host.read(offer) == "offer")
        #expect(pair.host.stage == .messageOne)
        #expect(pair.host.peerKey == pair.viewerKeys.publicKey)
        #expect(throws: HandshakeFailure.tooEarly) { try pair.host.export(label: "ice", count: 24) }
        #expect(try pair.viewer.read(pair.host.write("answer")) == "answer")
        #expect(pair.viewer.isFinished && pair.host.isFinished)
    }

    @Test(arguments: [(true, false), (false, true), (true, true)])
    func comesToTheSameWithPeersRemembered(_ remembers: (viewer: Bool, host: Bool)) throws {
        func export(_ remembers: (viewer: Bool, host: Bool)) throws -> [UInt8] {
            var random = SeededRandom(seed: 14)
            let (viewerKeys, hostKeys) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
            let zero = try #require(PublicKey(bytes: Array(repeating: 0, count: 32)))
            let prologue = Prologue(sessionIdentifier: [1])
            var viewer = Handshake.initiator(
                pinned: hostKeys.publicKey,
                keys: remembers.viewer ? viewerKeys.remembering([zero, hostKeys.publicKey]) : viewerKeys,
                prologue: prologue, random: &random)
            var host = Handshake.responder(
                pinnedKeys: remembers.host ? hostKeys.remembering([viewerKeys.publicKey, zero]) : hostKeys,
                prologue: prologue, random: &random)
            _ = try host.read(viewer.write())
            _ = try viewer.read(host.write())
            let own = try viewer.exportFinal(label: "x", count: 32)
            #expect(try host.exportFinal(label: "x", count: 32) == own)
            return own
        }
        #expect(try export(remembers) == export((false, false)))
    }

    @Test func givesTheSameKeysForTheSameSeedOnly() throws {
        var exports: [[UInt8]] = []
        for seed: UInt64 in [1, 1, 2] {
            var pair = try Pair(.code, seed: seed)
            try pair.complete()
            exports.append(try pair.viewer.exportFinal(label: "x", count: 32))
        }
        #expect(exports[0] == exports[1])
        #expect(exports[0] != exports[2])
    }

    @Test(arguments: ["7-crossover-clover", "7-clockwork-crossover", "7-crossover", "8-crossover-clockwork"])
    func reportsAWrongCodeAtTheViewer(_ code: String) throws {
        var pair = try Pair(.code, viewerCode: code)
        _ = try pair.host.read(pair.viewer.write())
        let answer = try pair.host.write("secret candidates")
        #expect(throws: HandshakeFailure.wrongCode) { try pair.viewer.read(answer) }
        #expect(pair.viewer.stage == .failed)
        // No second guess with the same handshake.
        #expect(throws: HandshakeFailure.unexpected) { try pair.viewer.read(answer) }
        #expect(throws: HandshakeFailure.unexpected) { try pair.viewer.write() }
        #expect(throws: HandshakeFailure.tooEarly) { try pair.viewer.export(label: "x", count: 1) }
        // The host has answered, and finishes for nobody.
        #expect(pair.host.stage == .messageTwo)
        #expect(!pair.host.isFinished)
    }

    @Test func tellsAWrongCodeFromARefusedKey() throws {
        var random = SeededRandom(seed: 5)
        let other = StaticKeyPair(random: &random)
        var pair = try Pair(.pinned, pinned: other.publicKey)
        let offer = try pair.viewer.write("hello")
        #expect(throws: HandshakeFailure.notAuthentic) { try pair.host.read(offer) }
        #expect(pair.host.stage == .beginning)
    }

    static let prologues: [Prologue] = [
        Prologue(sessionIdentifier: [1, 2, 4]), Prologue(sessionIdentifier: [1, 2]), Prologue(sessionIdentifier: []),
        Prologue(initiatorVersion: Prologue.currentVersion + 1, sessionIdentifier: [1, 2, 3]),
        Prologue(responderVersion: 0, sessionIdentifier: [1, 2, 3]),
        Prologue(initiatorVersion: 0x0100, responderVersion: 0x0001, sessionIdentifier: [1, 2, 3]),
    ]

    @Test(arguments: Pair.Pattern.allCases, prologues)
    func failsOnDifferentPrologues(_ pattern: Pair.Pattern, prologue: Prologue) throws {
        var pair = try Pair(pattern, hostPrologue: prologue)
        let offer = try pair.viewer.write("hello")
        #expect(throws: HandshakeFailure.notAuthentic) { try pair.host.read(offer) }
    }

    /// The two sides in front of a message, counted from 1, and that message.
    private static func exchange(
        _ pattern: Pair.Pattern, upTo number: Int
    ) throws -> (sender: Handshake, receiver: Handshake, message: [UInt8]) {
        let pair = try Pair(pattern)
        var (sender, receiver) = (pair.viewer, pair.host)
        for _ in 1..<number {
            _ = try receiver.read(sender.write("before"))
            swap(&sender, &receiver)
        }
        let message = try sender.write("payload")
        return (sender, receiver, message)
    }

    @Test(arguments: Pair.Pattern.allCases, 1...3)
    func survivesEveryAlteredByteOfEveryMessage(_ pattern: Pair.Pattern, number: Int) throws {
        guard pattern == .code || number < 3 else { return }
        let (sender, receiver, message) = try Self.exchange(pattern, upTo: number)
        for index in message.indices {
            for bit: UInt8 in [1, 0x80] {
                var altered = message
                altered[index] ^= bit
                var victim = receiver
                if pattern == .code, number == 1, index < 32, let payload = try? victim.read(altered) {
                    // Another valid share: nothing authenticates it yet, so the exchange ends as with a wrong code.
                    #expect(payload == "payload")
                    var viewer = sender
                    let answer = try victim.write()
                    #expect(throws: HandshakeFailure.wrongCode) { try viewer.read(answer) }
                    continue
                }
                let failure = #expect(throws: HandshakeFailure.self, "byte \(index)") { try victim.read(altered) }
                if failure == .wrongCode {
                    // Only what is sealed by the code, or is the share itself, may look like a wrong code.
                    #expect(pattern == .code && number == 2 && (index < 32 || index >= 32 + 32 + 48))
                    #expect(victim.stage == .failed)
                } else {
                    #expect(victim.stage == receiver.stage)
                    // The genuine message still works.
                    #expect(try victim.read(message) == "payload")
                }
            }
        }
    }

    @Test(arguments: Pair.Pattern.allCases, 1...3)
    func refusesEveryShorterAndSomeLongerMessages(_ pattern: Pair.Pattern, number: Int) throws {
        guard pattern == .code || number < 3 else { return }
        let (_, receiver, message) = try Self.exchange(pattern, upTo: number)
        for count in 0..<message.count {
            var victim = receiver
            #expect(throws: HandshakeFailure.self) { try victim.read(Array(message.prefix(count))) }
        }
        for extra in [1, 16, 70_000] {
            var victim = receiver
            #expect(throws: HandshakeFailure.self) {
                try victim.read(message + Array(repeating: 0, count: extra))
            }
        }
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>) func survivesRandomBytes(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for pattern in Pair.Pattern.allCases {
            var pair = try Pair(pattern)
            let count = Int.random(in: 0...300, using: &random)
            let noise = random.bytes(count: count)
            #expect(throws: HandshakeFailure.self) { try pair.host.read(noise) }
            _ = try pair.viewer.write()
            #expect(throws: HandshakeFailure.self) { try pair.viewer.read(noise) }
        }
    }

    @Test(arguments: Pair.Pattern.allCases) func refusesCallsOutOfTurn(_ pattern: Pair.Pattern) throws {
        var pair = try Pair(pattern)
        #expect(throws: HandshakeFailure.unexpected) { try pair.host.write() }
        let one = try pair.viewer.write()
        #expect(throws: HandshakeFailure.unexpected) { try pair.viewer.write() }
        #expect(throws: HandshakeFailure.tooEarly) { try pair.viewer.export(label: "x", count: 1) }
        _ = try pair.host.read(one)
        #expect(throws: HandshakeFailure.unexpected) { try pair.host.read(one) }
        let two = try pair.host.write()
        #expect(throws: HandshakeFailure.self) { try pair.host.write() }
        _ = try pair.viewer.read(two)
        if pattern == .code {
            #expect(throws: HandshakeFailure.unexpected) { try pair.viewer.read(two) }
            let three = try pair.viewer.write()
            _ = try pair.host.read(three)
            #expect(throws: HandshakeFailure.unexpected) { try pair.host.read(three) }
        }
        #expect(throws: HandshakeFailure.unexpected) { try pair.viewer.write() }
        #expect(throws: HandshakeFailure.unexpected) { try pair.host.read(one) }
        #expect(pair.viewer.isFinished && pair.host.isFinished)
    }

    @Test(arguments: Pair.Pattern.allCases) func refusesReflectedAndForeignMessages(_ pattern: Pair.Pattern) throws {
        var pair = try Pair(pattern)
        var other = try Pair(pattern, seed: 2)
        let one = try pair.viewer.write()
        #expect(throws: HandshakeFailure.self) { try pair.viewer.read(one) }
        _ = try pair.host.read(one)
        _ = try other.host.read(other.viewer.write())
        let foreign = try other.host.write()
        #expect(throws: HandshakeFailure.self) { try pair.viewer.read(foreign) }
    }

    @Test func refusesKeysOfLowOrder() throws {
        var random = SeededRandom(seed: 3)
        let zero = try #require(PublicKey(bytes: Array(repeating: 0, count: 32)))
        var viewer = Handshake.initiator(
            pinned: zero, keys: StaticKeyPair(random: &random), prologue: Prologue(sessionIdentifier: []),
            random: &random)
        #expect(throws: HandshakeFailure.weakKey) { try viewer.write() }
    }

    @Test func refusesPayloadsThatMakeAMessageTooLong() throws {
        var pair = try Pair(.pinned)
        let long = [UInt8](repeating: 0, count: Handshake.maximumMessageSize - 97 + 1)
        #expect(throws: HandshakeFailure.malformed) { try pair.viewer.writeMessage(payload: long.span) }
        let longest = Array(long.dropLast())
        let fitting = try pair.viewer.writeMessage(payload: longest.span)
        #expect(fitting.count == Handshake.maximumMessageSize)
        let payload = try pair.host.readMessage(fitting.span)
        #expect(payload.count == long.count - 1)
    }

    @Test(arguments: Pair.Pattern.allCases) func showsPayloadsToThePeerOnly(_ pattern: Pair.Pattern) throws {
        var pair = try Pair(pattern)
        let secret = "candidate 192.0.2.1 and more"
        var messages = [try pair.viewer.write(secret)]
        _ = try pair.host.read(messages[0])
        messages.append(try pair.host.write(secret))
        _ = try pair.viewer.read(messages[1])
        if pattern == .code { messages.append(try pair.viewer.write(secret)) }
        for message in messages {
            #expect(!message.contains(Array(secret.utf8)))
            #expect(!message.contains(Array("crossover".utf8)))
            #expect(!message.contains(pair.viewerKeys.publicKey.bytes))
            #expect(!message.contains(pair.hostKeys.publicKey.bytes))
        }
    }
}

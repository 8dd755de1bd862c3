import WireFormat

/// Processor time of handshakes, beside that of what they are held against, in alternating rounds.
package struct HandshakeMeter {
    private static let perRound = 20

    /// Microseconds for a handshake, both sides together, round by round.
    package struct Figures {
        var own = Distribution()
        /// The X25519 operations alone.
        var x25519 = Distribution()
        /// X25519 and, of a code, ristretto255 operations.
        var groups = Distribution()
        /// Own time through that of `groups`, round by round.
        var ofGroups = Distribution()
        package var wire = HandshakeKind.Wire()
    }

    private let rounds: Int
    private let seed: UInt64

    package init(rounds: Int, seed: UInt64) {
        self.rounds = rounds
        self.seed = seed
    }

    /// - Returns: what each kind takes, and OpenSSL's handshake; the latter's rounds alternate with all others.
    package func measure(openSSL: OpenSSLHandshake?) throws -> (kinds: [HandshakeKind: Figures], openSSL: Figures) {
        var random = SeededRandom(seed: seed)
        let cast = HandshakeKind.Cast(&random)
        var bare = BareOperations()
        var kinds: [HandshakeKind: Figures] = [:]
        var other = Figures()
        for _ in 0..<rounds {
            for kind in HandshakeKind.allCases {
                var figures = kinds[kind] ?? Figures()
                let own = try Self.time { figures.wire = try kind.run(cast, &random) }
                let x25519 = Self.time { bare.x25519(of: kind) }
                let groups = x25519 + Self.time { bare.ristretto255(of: kind) }
                figures.own.record(own)
                figures.x25519.record(x25519)
                figures.groups.record(groups)
                figures.ofGroups.record(own / groups)
                kinds[kind] = figures
            }
            if let openSSL { other.own.record(try Self.time { other.wire = try openSSL.run() }) }
        }
        return (kinds, other)
    }

    private static func time<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) -> Double {
        let start = ProcessorClock.processNanoseconds
        for _ in 0..<perRound { try body() }
        return Double(ProcessorClock.processNanoseconds - start) / 1_000 / Double(perRound)
    }
}

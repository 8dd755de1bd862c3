import SecureChannel

/// What the handshake and the records cost, beside bare cryptography and beside OpenSSL.
struct HandshakeSuite {
    private static let roundsByDefault = 30
    private static let mostRounds = 1_000
    /// Fewer would be too few to have a median.
    private static let leastRounds = 3

    let context: SuiteContext

    /// - Returns: the rows, and what a reader must know.
    func run() throws -> (results: [CaseResult], notes: [String]) {
        let rounds = min(max(context.sessions ?? Self.roundsByDefault, Self.leastRounds), Self.mostRounds)
        let scratch = try ScratchFolder()
        var missing: String?
        var openSSL: OpenSSLHandshake?
        do { openSSL = try OpenSSLHandshake(folder: scratch.path) } catch { missing = "\(error)" }
        context.progress.note("handshake: \(rounds) rounds")
        let meter = HandshakeMeter(rounds: rounds, seed: context.seed)
        let (kinds, other) = try meter.measure(openSSL: openSSL)
        var results = HandshakeKind.allCases.compactMap { kind in kinds[kind].map { own(kind, $0) } }
        if let openSSL { results.append(peer(openSSL.library.version, other)) }
        for cipher in RecordCipher.allCases where RecordCiphers.available.contains(RecordCiphers(cipher)) {
            results.append(records(cipher, try RecordMeter(cipher: cipher).measure(seed: context.seed)))
        }
        return (results, Self.notes + (missing.map { ["handshake: no row of OpenSSL. \($0)"] } ?? []))
    }

    private func own(_ kind: HandshakeKind, _ figures: HandshakeMeter.Figures) -> CaseResult {
        var result = CaseResult(suite: .handshake, name: kind.rawValue, seed: context.seed)
        result.measures = [
            "cpu_us_per_handshake": figures.own.json, "x25519_us": figures.x25519.json,
            "group_operations_us": figures.groups.json,
            "cpu_of_group_operations": .rounded(figures.ofGroups.percentile(50) ?? 0),
            "messages": .integer(figures.wire.messages), "bytes": .integer(figures.wire.bytes),
            // Each message is one blob of signaling, or one datagram.
            "datagrams": .integer(figures.wire.messages),
            // The viewer may seal when it has message 2.
            "round_trips": .integer(kind.roundTrips),
        ]
        return result
    }

    private func peer(_ version: String, _ figures: HandshakeMeter.Figures) -> CaseResult {
        var result = CaseResult(suite: .handshake, name: "dtls12-p256", seed: context.seed)
        result.measures = [
            "peer": .string(version), "cpu_us_per_handshake": figures.own.json,
            // Flights: memory has no datagrams, so these are at least as many.
            "messages": .integer(figures.wire.messages), "bytes": .integer(figures.wire.bytes),
            "round_trips": .integer(figures.wire.messages / 2),
        ]
        return result
    }

    private func records(_ cipher: RecordCipher, _ figures: RecordMeter.Figures) -> CaseResult {
        var result = CaseResult(suite: .handshake, name: "records-\(cipher)", seed: context.seed)
        result.measures = [
            "seal_ns": figures.seal.json, "open_ns": figures.open.json, "libsodium_seal_ns": figures.bareSeal.json,
            "libsodium_open_ns": figures.bareOpen.json, "seal_of_libsodium": .rounded(figures.sealOfBare),
            "open_of_libsodium": .rounded(figures.openOfBare),
        ]
        return result
    }

    private static let notes = [
        "handshake: processor time of both sides together, from fresh ephemeral keys to both record layers, payloads empty; "
            + "beside it libsodium's own X25519 operations of that handshake (pinned 8 and 2 of the base point, code 6 and "
            + "2) and, with a code, the ristretto255 operations of CPace (2 elements from hashes, 4 multiplications), all in "
            + "alternating rounds. Messages ride in signaling and in checks: the round trip is that of the signaling.",
        "handshake: on the path alone, datagrams: the first one is padded to 1,200 bytes, so that no answer is larger; a busy "
            + "host asks for a cookie first, as OpenSSL's here does not.",
        "handshake: OpenSSL's library is driven in memory, both sides in this process: DTLS 1.2, ECDHE on P-256, both with "
            + "ECDSA certificates on P-256 that nobody looks up, no cookie; its messages are flights of datagrams.",
        "handshake: records of 1,200 bytes, and libsodium's own sealing and opening of the same bytes; the share is the "
            + "speed of a record of libsodium's.",
    ]
}

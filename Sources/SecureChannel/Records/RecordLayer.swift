import CSodium
import WireFormat

/// Seals and opens the datagrams of a session, under the keys of the handshake and the cipher agreed upon in it.
///
///     first byte   10 p rrr nn   p key phase, r reserved (0), n length of the packet number less one; the low six masked
///     1...4 bytes  connection identifier of the receiver
///     2...4 bytes  packet number, cut to its low bytes, masked
///     the rest     ciphertext and 16 bytes of tag; authenticated data: everything before it, unmasked
///
/// Each direction has keys of its own. The packet number is the nonce, so sealing takes only rising ones. A layer must
/// not be copied to seal with both copies.
///
/// Keys change by themselves after a number of packets, or by request; the peer follows in its own direction.
/// A sender changes again only after a packet under the present keys was acknowledged and one replay window of packets
/// was sent, so that one phase bit suffices (RFC 9001 section 6.1). A receiver keeps the keys before until they could
/// open nothing new: as long as a replay window.
public struct RecordLayer: Sendable {
    /// The bytes of a record beside plaintext and connection identifier, at most.
    static let maximumFraming = 1 + TruncatedNumber.maximumByteCount + ChaChaPoly.tagCount
    /// Packets sealed under one generation of keys before the next begins: half of what AES-256-GCM may seal
    /// (``RecordCipher``). ChaCha20-Poly1305 needs no such limit; it bounds what a key found in memory later can open.
    public static let packetsPerKeyByDefault: UInt64 = 1 << 22

    /// The identifier that records to the peer carry.
    public let remoteIdentifier: ConnectionIdentifier
    /// The identifier that records from the peer must carry.
    public let localIdentifier: ConnectionIdentifier
    /// What records are sealed with.
    public let cipher: RecordCipher
    /// What this layer has done and dropped.
    public private(set) var counters = RecordCounters()

    private var sending: SendingDirection
    private var receiving: ReceivingDirection

    init(
        sendingSecret: SecretBytes, receivingSecret: SecretBytes, cipher: RecordCipher, local: ConnectionIdentifier,
        remote: ConnectionIdentifier, packetsPerKey: UInt64, packetLimit: UInt64? = nil
    ) {
        sending = SendingDirection(
            secret: sendingSecret, cipher: cipher, packetsPerKey: packetsPerKey, packetLimit: packetLimit)
        receiving = ReceivingDirection(secret: receivingSecret, cipher: cipher)
        self.cipher = cipher
        localIdentifier = local
        remoteIdentifier = remote
    }

    /// For measurements and tests of the layer alone: from two secrets of 32 bytes.
    ///
    /// - Parameter packetLimit: nil for the cipher's own.
    package init(
        sendingSecret: [UInt8], receivingSecret: [UInt8], cipher: RecordCipher, local: ConnectionIdentifier,
        remote: ConnectionIdentifier, packetsPerKey: UInt64 = packetsPerKeyByDefault, packetLimit: UInt64? = nil
    ) {
        self.init(
            sendingSecret: SecretBytes(copying: sendingSecret.span),
            receivingSecret: SecretBytes(copying: receivingSecret.span), cipher: cipher, local: local, remote: remote,
            packetsPerKey: packetsPerKey, packetLimit: packetLimit)
    }

    /// What a record is longer than its plaintext, at most.
    public var maximumOverhead: Int { Self.maximumFraming + remoteIdentifier.count }

    /// Appends the record of a plaintext to `record`. No allocation, except when the keys change.
    ///
    /// - Parameter packetNumber: above every number sealed before; at most 2^62 - 1.
    @_lifetime(record: copy record)
    public mutating func seal(
        _ plaintext: Span<UInt8>, packetNumber: UInt64, into record: inout OutputSpan<UInt8>
    ) throws(RecordFailure) {
        let generation = sending.generation
        try sending.seal(
            plaintext, packetNumber: packetNumber, to: remoteIdentifier, peerGeneration: receiving.generation,
            into: &record)
        counters.sendingKeyUpdates += sending.generation - generation
        counters.sealed += 1
    }

    /// Appends the plaintext of a record to `plaintext` and returns its packet number. No allocation, except when the
    /// keys change. Whatever is not authentic or not new is dropped, counted and thrown.
    @_lifetime(plaintext: copy plaintext)
    public mutating func open(
        _ record: Span<UInt8>, into plaintext: inout OutputSpan<UInt8>
    ) throws(RecordFailure) -> UInt64 {
        do throws(RecordFailure) {
            guard counters.forged < cipher.integrityLimit else { throw RecordFailure.exhausted }
            let generation = receiving.generation
            let number = try receiving.open(record, to: localIdentifier, into: &plaintext)
            counters.receivingKeyUpdates += receiving.generation - generation
            counters.opened += 1
            return number
        } catch {
            count(error)
            throw error
        }
    }

    /// Tells that the peer has acknowledged a packet: packet numbers get shorter, and keys may change again.
    public mutating func acknowledge(_ packetNumber: UInt64) { sending.acknowledge(packetNumber) }

    /// Asks for new keys of the sending direction from the next packet on; they come as soon as the peer has acknowledged
    /// a packet under the present ones and a replay window of packets has gone out under them.
    package mutating func updateKeys() { sending.isUpdateWanted = true }

    /// What a ``RecordWitness`` needs.
    var witnessedKeys: (RecordKeys, HeaderProtection) { sending.witnessedKeys }

    private mutating func count(_ failure: RecordFailure) {
        switch failure {
        case .replayed: counters.replayed += 1
        case .tooOld: counters.tooOld += 1
        case .forged: counters.forged += 1
        case .malformed, .otherConnection: counters.malformed += 1
        case .numberNotAbove, .numberTooHigh, .noRoom, .exhausted: break
        }
    }
}

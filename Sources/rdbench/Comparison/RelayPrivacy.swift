/// What a server and its relay saw of known plaintext.
struct RelayPrivacy: Sendable {
    var sessions = 0
    /// All bytes into and out of the server: signaling, STUN, TURN, relayed payload.
    var bytesSearched = 0
    var payloadBytes = 0
    var pieces = 0
    /// Pieces of plaintext found among the server's bytes.
    var found = 0
    /// Pieces found, by the same search, in what the viewers decrypted: the plaintext did pass.
    var foundAtViewer = 0
    var bitsPerByte = 0.0

    var words: String {
        found == 0
            ? "none: 0 of \(Figure.grouped(pieces)) known pieces in \(Figure.grouped(bytesSearched)) bytes; "
                + "payload \(Figure.short(bitsPerByte)) bits a byte"
            : "\(Figure.grouped(found)) known pieces in \(Figure.grouped(bytesSearched)) bytes"
    }
}

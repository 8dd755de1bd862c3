import FileTransfer
import Testing
import WireFormat

@Suite struct MessageTests {
    private static let identifier = TransferIdentifier(70_000)!
    private static let checksum = ChecksumState().checksum
    static let messages: [FileMessage] =
        [
            .request(identifier, name: "Grüße"),
            .offer(identifier, FileOffer(name: "", size: 1 << 40, token: [UInt8](0..<16))), .working(identifier),
            .accept(identifier, nil), .accept(identifier, HeldPrefix(count: 5, checksum: checksum)),
            .stored(identifier, name: "a (1)"),
        ] + TransferFailure.allCases.map { .failed(identifier, $0) }

    @Test(arguments: messages, [1, 3, 1_000])
    func `is read as it was written, however the stream is cut`(message: FileMessage, step: Int) throws {
        var deframer = FileMessageDeframer()
        var found: [FileMessage] = []
        var rest = (message.framed + message.framed)[...]
        while !rest.isEmpty {
            deframer.append(Array(rest.prefix(step)).span)
            rest = rest.dropFirst(step)
            while let next = try deframer.next() { found.append(next) }
        }
        #expect(found == [message, message])
    }

    /// RFC 7693 appendix A has no vector for 32 bytes of output; this is what Python's `hashlib.blake2b` computes.
    @Test func `a checksum is BLAKE2b, told at any moment`() {
        let state = ChecksumState()
        let empty = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
        let abc = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
        #expect(Self.text(state.checksum) == empty)
        state.update([UInt8]("a".utf8).span)
        _ = state.checksum
        state.update([UInt8]("bc".utf8).span)
        #expect(Self.text(state.checksum) == abc && Self.text(state.checksum) == abc)
    }

    private static func text(_ checksum: FileChecksum) -> String {
        checksum.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

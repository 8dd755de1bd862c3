import Foundation
import SecureChannel
import Testing
import WireFormat

@Suite struct SealedFileTests {
    private static func keys(_ seed: UInt64) -> StaticKeyPair {
        var random = SeededRandom(seed: seed)
        return StaticKeyPair(random: &random)
    }

    static let writer = keys(1)
    static let reader = keys(2)
    static let blocks: [[UInt8]] = [
        [], [7], Array("some longer block".utf8), [UInt8](repeating: 3, count: 70_000), [1, 2],
    ]

    /// A file of some blocks, the last of which is marked.
    private static func file(
        _ blocks: [[UInt8]], to reader: PublicKey = reader.publicKey, isWhole: Bool = true, seed: UInt64 = 3
    ) throws -> [UInt8] {
        var random = SeededRandom(seed: seed)
        let payload = Array("about".utf8)
        var writer = try SealedFileWriter(to: reader, from: Self.writer, payload: payload.span, random: &random)
        var bytes = writer.header
        for (index, block) in blocks.enumerated() {
            bytes += try writer.seal(block.span, isLast: isWhole && index == blocks.count - 1)
        }
        return bytes
    }

    /// What a reader gets of a file, and why it stops before the end, if it does.
    private static func open(
        _ bytes: [UInt8], keys: StaticKeyPair = reader
    ) throws(SealedFileFailure) -> (blocks: [[UInt8]], isWhole: Bool, failure: SealedFileFailure?) {
        let prefix = SealedFileHeader.prefixSize
        let header = try SealedFileHeader(decoding: bytes.span.extracting(first: prefix))
        let rest = bytes.dropFirst(prefix)
        let message = Array(rest.prefix(header.messageSize))
        var reader = try SealedFileReader(header, message: message.span, keys: keys)
        #expect(reader.payload == Array("about".utf8))
        #expect(reader.writer == writer.publicKey)
        var body = Array(rest.dropFirst(header.messageSize))[...]
        var found: [[UInt8]] = []
        do throws(SealedFileFailure) {
            while !body.isEmpty {
                let head = try SealedBlock(decoding: Array(body.prefix(SealedBlock.headSize)).span)
                body = body.dropFirst(SealedBlock.headSize)
                found.append(try reader.open(head, Array(body.prefix(head.size)).span))
                body = body.dropFirst(head.size)
            }
        } catch { return (found, reader.isFinished, error) }
        return (found, reader.isFinished, nil)
    }

    @Test func `blocks come back in order, and the last one says so`() throws {
        let result = try Self.open(try Self.file(Self.blocks))
        #expect(result.blocks == Self.blocks)
        #expect(result.isWhole && result.failure == nil)
        #expect(try Self.file(Self.blocks) == Self.file(Self.blocks), "one seed, one file")
        #expect(try Self.file(Self.blocks, seed: 4) != Self.file(Self.blocks))
    }

    @Test func `wherever a file is cut, what stands before is read, and it is not whole`() throws {
        let small = Array(Self.blocks.prefix(3))
        let bytes = try Self.file(small)
        for count in bytes.indices {
            let cut = Array(bytes.prefix(count))
            do throws(SealedFileFailure) {
                let result = try Self.open(cut)
                #expect(!result.isWhole)
                #expect(result.failure == nil || result.failure == .cutOff)
                #expect(result.blocks == Array(small.prefix(result.blocks.count)))
            } catch {
                #expect(error == .cutOff || (count < 8 && error == .notSealed), "\(count) bytes: \(error)")
            }
        }
    }

    @Test func `whichever bit is changed, nothing behind it is taken`() throws {
        let small = Array(Self.blocks.prefix(3))
        let bytes = try Self.file(small)
        for index in bytes.indices {
            var wrong = bytes
            wrong[index] ^= 1 << UInt8(index % 8)
            do throws(SealedFileFailure) {
                let result = try Self.open(wrong)
                #expect(result.failure != nil || !result.isWhole, "byte \(index)")
                #expect(result.blocks.count < small.count)
                #expect(result.blocks == Array(small.prefix(result.blocks.count)))
            } catch {
                #expect(index < bytes.count - small.reduce(0) { $0 + $1.count + 20 }, "byte \(index): \(error)")
            }
        }
    }

    @Test func `blocks in another order, left out, repeated or behind the end are refused`() throws {
        let blocks: [[UInt8]] = [[1], [2], [3]]
        let bytes = try Self.file(blocks)
        let start = bytes.count - 3 * 21
        let head = Array(bytes[..<start])
        let parts = (0..<3).map { Array(bytes[(start + $0 * 21)..<(start + $0 * 21 + 21)]) }
        for (order, count) in [([0, 2, 1], 1), ([1, 2], 0), ([0, 0, 1], 1), ([0, 1, 2, 2], 3), ([0, 2], 1)] {
            let result = try Self.open(head + order.flatMap { parts[$0] })
            #expect(result.failure == .tampered)
            #expect(result.blocks == Array(blocks.prefix(count)))
        }
    }

    @Test func `only the reader can open it, and is told whose it is`() throws {
        let bytes = try Self.file(Self.blocks)
        #expect(throws: SealedFileFailure.sealedTo(Self.reader.publicKey)) {
            try Self.open(bytes, keys: Self.writer)
        }
        #expect(throws: SealedFileFailure.notSealed) { try Self.open(Array("something else entirely".utf8)) }
    }

    @Test func `no memory is given to a block that only says that it is long`() {
        let lengths: [[UInt8]] = [[0, 0, 0, 0], [0, 0, 0, 15], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF]]
        for length in lengths {
            #expect(throws: SealedFileFailure.tampered) { try SealedBlock(decoding: length.span) }
        }
        var random = SeededRandom(seed: 1)
        let payload = [UInt8](repeating: 0, count: SealedFileHeader.maximumPayload + 1)
        #expect(throws: SealedFileFailure.tooLong) {
            try SealedFileWriter(
                to: Self.reader.publicKey, from: Self.writer, payload: payload.span, random: &random)
        }
    }

    @Test(
        .enabled(if: NoisePeer.isUsable("noiseprotocol"), "needs noiseprotocol from PyPI"), arguments: [true, false])
    func `another implementation of Noise reads the same`(isWhole: Bool) throws {
        let bytes = try Self.file(Self.blocks, isWhole: isWhole)
        let file = FileManager.default.temporaryDirectory.appending(path: "beeline-sealed-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let secret = Self.reader.copyOfSecret().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let peer = try NoisePeer(script: "sealed_file.py", arguments: [file.path, secret])
        #expect(try peer.read() == Self.writer.publicKey.bytes)
        #expect(try peer.read() == Array("about".utf8))
        for block in Self.blocks { #expect(try peer.read() == block) }
        #expect(try peer.readLine() == (isWhole ? "whole" : "cut off"))
    }
}

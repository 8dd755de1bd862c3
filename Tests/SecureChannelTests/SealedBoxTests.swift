import SecureChannel
import Testing
import WireFormat

@Suite struct SealedBoxTests {
    func boxes() throws -> (viewer: SealedBox, host: SealedBox) {
        var pair = try Pair(.code)
        _ = try pair.host.read(pair.viewer.write())
        _ = try pair.viewer.read(pair.host.write())
        return (try SealedBox(pair.viewer), try SealedBox(pair.host))
    }

    func seal(_ text: String, with box: inout SealedBox) throws -> [UInt8] { try box.seal(Array(text.utf8).span) }

    func open(_ blob: [UInt8], with box: inout SealedBox) throws -> String {
        String(decoding: try box.open(blob.span), as: UTF8.self)
    }

    @Test func carriesBlobsBothWaysInAnyOrder() throws {
        var (viewer, host) = try boxes()
        let first = try seal("candidate one", with: &viewer)
        let second = try seal("candidate one", with: &viewer)
        #expect(first != second)
        #expect(try open(second, with: &host) == "candidate one")
        #expect(try open(first, with: &host) == "candidate one")
        let answer = try seal("", with: &host)
        #expect(answer.count == SealedBox.overhead)
        #expect(try open(answer, with: &viewer) == "")
        #expect(!first.contains(Array("candidate".utf8)))
    }

    @Test func refusesReplayedReflectedAndAlteredBlobs() throws {
        var (viewer, host) = try boxes()
        let blob = try seal("candidate", with: &viewer)
        #expect(throws: SealedBoxFailure.notAuthentic) { try open(blob, with: &viewer) }
        for index in blob.indices {
            var altered = blob
            altered[index] ^= 1
            #expect(throws: SealedBoxFailure.self) { try open(altered, with: &host) }
        }
        for count in 0..<blob.count {
            #expect(throws: SealedBoxFailure.self) { try open(Array(blob.prefix(count)), with: &host) }
        }
        #expect(try open(blob, with: &host) == "candidate")
        #expect(throws: SealedBoxFailure.replayed) { try open(blob, with: &host) }
    }

    @Test func refusesBlobsThatAreTooLong() throws {
        var (viewer, host) = try boxes()
        let long = [UInt8](repeating: 0, count: SealedBox.maximumCount + 1)
        #expect(throws: SealedBoxFailure.malformed) { try viewer.seal(long.span) }
        let longest = Array(long.dropLast())
        let fitting = try viewer.seal(longest.span)
        let opened = try host.open(fitting.span)
        #expect(opened.count == SealedBox.maximumCount)
        #expect(throws: SealedBoxFailure.malformed) { try open(fitting + [0], with: &host) }
    }

    @Test func isNotThereBeforeMessageTwo() throws {
        let pair = try Pair(.code)
        #expect(throws: HandshakeFailure.tooEarly) { try SealedBox(pair.viewer) }
    }
}

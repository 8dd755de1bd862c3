import ICE
import Testing
import WireFormat

@Suite("Candidates")
struct CandidateTests {
    /// RFC 8445 section 5.1.2.1 by hand: 126 * 2^24 + 65535 * 2^8 + 255.
    @Test func hostPriorityIsTheFormulaOfTheRFC() {
        #expect(CandidatePriority.candidate(.host, localPreference: 65535) == 2_130_706_431)
        #expect(CandidatePriority.candidate(.relayed, localPreference: 0) == 255)
    }

    @Test func pairPriorityOrdersByTheLowerOfTheTwo() {
        let low = CandidatePriority.pair(controlling: 100, controlled: 10)
        let high = CandidatePriority.pair(controlling: 20, controlled: 11)
        #expect(low < high)
        #expect(low == 10 << 32 + 200 + 1)
        #expect(CandidatePriority.pair(controlling: 10, controlled: 100) == 10 << 32 + 200)
        #expect(CandidatePriority.pair(controlling: .max, controlled: .max) > high)
    }

    static let samples: [Candidate] = CandidateKind.allCases.flatMap { kind in
        TransportProtocol.allCases.flatMap { transport in
            ["192.0.2.1:3478", "[2001:db8::1]:65535"].compactMap { TransportAddress($0) }.map {
                Candidate(kind: kind, transport: transport, address: $0, priority: 0xDEAD_BEEF, foundation: 7)
            }
                + TCPType.allCases.map {
                    Candidate(
                        kind: kind, transport: .tcp, address: TransportAddress(ip: .v4(1), port: 2), priority: 1,
                        foundation: 7, tcpType: $0)
                }
        }
    }

    @Test(arguments: samples)
    func aCandidateSurvivesTheWire(_ candidate: Candidate) throws {
        let bytes = [UInt8](capacity: Candidate.maximumWireSize) { candidate.write(into: &$0) }
        #expect(bytes.count == candidate.wireSize)
        var reader = ByteReader(bytes.span)
        let copy = try Candidate(from: &reader)
        let rest = reader.remaining
        #expect(copy == candidate)
        #expect(rest == 0)
        for count in 0..<bytes.count {
            #expect(throws: MalformedCandidate.self) {
                var short = ByteReader(bytes.span.extracting(0..<count))
                _ = try Candidate(from: &short)
            }
        }
    }

    @Test(arguments: ["0.0.0.0:5", "224.0.0.1:5", "255.255.255.255:5", "1.2.3.4:0", "[::]:5", "[ff02::1]:5"])
    func unreachableAddressesAreRefused(_ text: String) throws {
        let address = try #require(TransportAddress(text))
        let candidate = Candidate(kind: .host, address: address, priority: 1, foundation: 1)
        let bytes = [UInt8](capacity: Candidate.maximumWireSize) { candidate.write(into: &$0) }
        #expect(throws: MalformedCandidate.self) {
            var reader = ByteReader(bytes.span)
            _ = try Candidate(from: &reader)
        }
    }

    @Test func randomBytesNeverTrap() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<2_000 {
            let bytes = random.bytes(count: Int(random.next() % 40))
            var reader = ByteReader(bytes.span)
            while (try? Candidate(from: &reader)) != nil {}
        }
    }
}

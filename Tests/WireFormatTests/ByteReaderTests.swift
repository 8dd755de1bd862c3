import Testing
import WireFormat

@Suite struct ByteReaderTests {
    /// The examples of RFC 9000, appendix A.1.
    @Test(
        arguments: [
            ([0xC2, 0x19, 0x7C, 0x5E, 0xFF, 0x14, 0xE8, 0x8C], 151_288_809_941_952_652),
            ([0x9D, 0x7F, 0x3E, 0x7D], 494_878_333), ([0x7B, 0xBD], 15_293), ([0x25], 37),
        ] as [([UInt8], UInt64)])
    func varintsMatchRFC9000(bytes: [UInt8], value: UInt64) throws {
        var reader = ByteReader(bytes.span)
        let decoded = try reader.readVarint()
        #expect(decoded == value)
        let encoded = [UInt8](capacity: 8) { output in output.append(varint: value) }
        #expect(encoded == bytes)
        #expect(OutputSpan<UInt8>.varintSize(value) == bytes.count)
    }

    @Test func truncatedReadsMoveNothing() {
        let bytes: [UInt8] = [0xC0, 1, 2]
        var reader = ByteReader(bytes.span)
        var failures = 0
        do { _ = try reader.readUInt32() } catch { failures += 1 }
        do { _ = try reader.readVarint() } catch { failures += 1 }
        do { _ = try reader.read(count: 4) } catch { failures += 1 }
        do { _ = try reader.read(count: -1) } catch { failures += 1 }
        #expect(failures == 4)
        let offset = reader.offset
        #expect(offset == 0)
    }

    @Test func fieldsRoundTrip() throws {
        let bytes = [UInt8](capacity: 64) { output in
            output.append(7)
            output.append(bigEndian: UInt16(0x0102))
            output.append(bigEndian: UInt32(0x0304_0506))
            output.append(bigEndian: UInt64(0x0708_090A_0B0C_0D0E))
            output.append(contentsOf: ([1, 2, 3] as [UInt8]).span)
            output.replace(at: 1, bigEndian: 0xFFFE)
        }
        var reader = ByteReader(bytes.span)
        let first = try reader.readUInt8()
        let second = try reader.readUInt16()
        let third = try reader.readUInt32()
        let fourth = try reader.readUInt64()
        let rest = try reader.read(count: 3).copied()
        #expect(first == 7 && second == 0xFFFE && third == 0x0304_0506 && fourth == 0x0708_090A_0B0C_0D0E)
        #expect(rest == [1, 2, 3])
    }
}

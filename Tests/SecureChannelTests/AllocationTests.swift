import AllocationCounter
import SecureChannel
import Testing
import WireFormat

/// Records are sealed and opened in the caller's memory alone.
@Suite struct AllocationTests {
    /// The counter sees what it is there for: without this the other tests could not fail.
    @Test func theCounterCounts() {
        let before = allocation_count()
        let arrays = (1...100).map { [UInt8](repeating: 1, count: $0 * 100) }
        #expect(allocation_count() >= before + 100)
        #expect(arrays.count == 100)
    }

    @Test(arguments: RecordLayerTests.ciphers) func sealAndOpenAllocateNothing(_ cipher: RecordCipher) {
        var (sender, receiver) = RecordLayerTests.layers(cipher)
        let plaintext = [UInt8](repeating: 0x5A, count: 1_200)
        let sealed = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1_500)
        let opened = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1_500)
        defer { sealed.deallocate() }
        defer { opened.deallocate() }
        var passed = 0
        func pass(_ number: UInt64) {
            var record = OutputSpan(buffer: sealed, initializedCount: 0)
            guard (try? sender.seal(plaintext.span, packetNumber: number, into: &record)) != nil else { return }
            var content = OutputSpan(buffer: opened, initializedCount: 0)
            guard (try? receiver.open(record.span, into: &content)) == number else { return }
            if content.count == plaintext.count { passed += 1 }
        }
        pass(1)
        let before = allocation_count()
        for number in 2...10_001 as ClosedRange<UInt64> { pass(number) }
        #expect(allocation_count() - before == 0)
        #expect(passed == 10_001)
    }
}

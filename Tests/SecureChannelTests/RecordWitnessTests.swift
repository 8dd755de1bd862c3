import SecureChannel
import Testing
import WireFormat

/// What the simulator's check of nonces relies on.
@Suite struct RecordWitnessTests {
    @Test(arguments: RecordLayerTests.ciphers) func seesReuseThroughKeyUpdates(_ cipher: RecordCipher) throws {
        var (layer, peer) = RecordLayerTests.layers(cipher, packetsPerKey: 5_000)
        var witness = RecordWitness(sealedBy: layer)
        for number: UInt64 in 0..<11_000 {
            let record = try layer.seal([1, 2, 3], number)
            layer.acknowledge(try peer.open(record).number)
            #expect(witness.see(record) == .fresh)
            if number % 100 == 0 { #expect(witness.see(record) == .repeated) }
        }
        #expect(layer.counters.sendingKeyUpdates == 2 && witness.generation == 2)
        #expect(witness.nonceCount == 11_000)
        // The mistake that must not happen: a copied layer seals under the numbers of the original.
        var copy = layer
        #expect(witness.see(try layer.seal([1], 11_000)) == .fresh)
        #expect(witness.see(try copy.seal([2], 11_000)) == .reused)
        // The other direction's records, and noise, are none of this witness's.
        #expect(witness.see(try peer.seal([1, 2, 3], 0)) == .unknown)
        #expect(witness.see([UInt8](repeating: 0x80, count: 60)) == .unknown)
    }
}

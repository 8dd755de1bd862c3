import Benchmark
import Libsodium
import SecureChannel
import WireFormat

/// Records of 1,200 bytes, beside libsodium's own call on the same bytes.
func recordBenchmarks() {
    let plaintext = [UInt8](repeating: 0x5A, count: 1_200)

    for (cipher, name) in [(RecordCipher.chaCha20Poly1305, "ChaCha20-Poly1305"), (.aes256GCM, "AES-256-GCM")]
    where RecordCiphers.available.contains(RecordCiphers(cipher)) {
        Benchmark("record: seal 1,200 bytes, \(name)") { benchmark in
            guard var layers = try? RecordPair(cipher) else { return benchmark.error("no handshake") }
            benchmark.startMeasurement()
            for number in benchmark.scaledIterations {
                blackHole(layers.seal(plaintext, UInt64(number)).count)
            }
        }

        Benchmark("record: seal and open 1,200 bytes, \(name)") { benchmark in
            guard var layers = try? RecordPair(cipher) else { return benchmark.error("no handshake") }
            benchmark.startMeasurement()
            for number in benchmark.scaledIterations {
                blackHole(layers.open(layers.seal(plaintext, UInt64(number))))
            }
        }
    }

    Benchmark("libsodium: ChaCha20-Poly1305 of 1,200 bytes") { benchmark in
        let key = [UInt8](repeating: 7, count: Int(crypto_aead_chacha20poly1305_ietf_KEYBYTES))
        var nonce = [UInt8](repeating: 0, count: Int(crypto_aead_chacha20poly1305_ietf_NPUBBYTES))
        var sealed = [UInt8](repeating: 0, count: plaintext.count + Int(crypto_aead_chacha20poly1305_ietf_ABYTES))
        benchmark.startMeasurement()
        for number in benchmark.scaledIterations {
            nonce[0] = UInt8(truncatingIfNeeded: number)
            blackHole(
                crypto_aead_chacha20poly1305_ietf_encrypt(
                    &sealed, nil, plaintext, UInt64(plaintext.count), nil, 0, nil, nonce, key))
        }
        blackHole(sealed)
    }
}

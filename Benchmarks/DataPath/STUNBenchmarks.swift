import Benchmark
import STUN
import WireFormat

/// A connectivity check: a binding request with user name, integrity and fingerprint.
func stunBenchmarks() {
    let key = IntegrityKey(shortTermPassword: "a password of some length")

    Benchmark("STUN: write a check") { benchmark in
        for number in benchmark.scaledIterations { blackHole(check(key, UInt64(number)).count) }
    }

    Benchmark("STUN: read a check, integrity and fingerprint verified") { benchmark in
        let bytes = check(key, 1)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(isGenuine(bytes.span, key))
        }
    }
}

private func isGenuine(_ bytes: Span<UInt8>, _ key: IntegrityKey) -> Bool {
    do {
        let message = try Message(bytes)
        return message.isAuthentic(key) && message.fingerprint == .valid
    } catch {
        return false
    }
}

private func check(_ key: IntegrityKey, _ number: UInt64) -> [UInt8] {
    [UInt8](capacity: 200) { packet in
        var builder = MessageBuilder(
            .request, .binding, transaction: TransactionIdentifier(high: 1, low: number), into: &packet)
        builder.add(.username, "abcdefgh:ijklmnop", to: &packet)
        builder.addIntegrity(key, to: &packet)
        builder.addFingerprint(to: &packet)
        blackHole(builder.finish(&packet))
    }
}

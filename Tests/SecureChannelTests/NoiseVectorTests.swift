import SecureChannel
import Testing

@Suite struct NoiseVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let fields: [String: [UInt8]]
        let messages: [(payload: [UInt8], message: [UInt8])]

        var pattern: NoisePattern { name.contains("IK") ? .ik : .xxpsk2 }
        var testDescription: String { name }

        func machine(isInitiator: Bool) throws -> NoiseState {
            let side = isInitiator ? "init" : "resp"
            let secrets = [fields[side + "_static"] ?? [], fields[side + "_ephemeral"] ?? []]
            let own = StaticKeyPair(secretBytes: secrets[0])
            let ephemeral = StaticKeyPair(secretBytes: secrets[1])
            var machine = NoiseState(
                pattern: pattern, isInitiator: isInitiator, prologue: fields["prologue"] ?? [], keys: try #require(own),
                ephemeral: try #require(ephemeral), remoteKey: PublicKey(bytes: fields[side + "_remote_static"] ?? []))
            if let key = fields["psk"] { machine.setPresharedKey(bytes: key) }
            return machine
        }
    }

    static func vectors() throws -> [Vector] {
        let blocks = try Fixture("noise.txt").lines.split { $0.name == "protocol" }
        let names = try Fixture("noise.txt").lines.filter { $0.name == "protocol" }.map { String($0.values[0]) }
        return zip(names, blocks).map { name, lines in
            let single = lines.filter { $0.name != "message" }.map {
                ($0.name, Fixture.bytes(hexadecimal: $0.values[0]))
            }
            let messages = lines.filter { $0.name == "message" }.map {
                (Fixture.bytes(hexadecimal: $0.values[0]), Fixture.bytes(hexadecimal: $0.values[1]))
            }
            return Vector(name: name, fields: Dictionary(uniqueKeysWithValues: single), messages: messages)
        }
    }

    @Test func bothProtocolsAreThere() throws {
        #expect(
            try Self.vectors().map(\.name) == [
                "Noise_IK_25519_ChaChaPoly_BLAKE2b", "Noise_XXpsk2_25519_ChaChaPoly_BLAKE2b",
            ])
    }

    @Test(arguments: try vectors(), [true, false])
    func oneSideWritesAndReadsTheBytes(_ vector: Vector, isInitiator: Bool) throws {
        var machine = try vector.machine(isInitiator: isInitiator)
        var index = 0
        while !machine.isFinished {
            let (payload, message) = vector.messages[index]
            if index.isMultiple(of: 2) == isInitiator {
                let written = try machine.writeMessage(payload.span)
                #expect(written == message)
            } else {
                let read = try machine.readMessage(message.span)
                #expect(read == payload)
            }
            index += 1
        }
        #expect(machine.transcript == vector.fields["handshake_hash"])
        var counters: [UInt64] = [0, 0]
        for (index, (payload, message)) in vector.messages.enumerated().dropFirst(index) {
            let direction = index % 2
            #expect(
                machine.transportMessage(payload, counter: counters[direction], fromInitiator: direction == 0)
                    == message
            )
            counters[direction] += 1
        }
    }
}

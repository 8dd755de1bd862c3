import SecureChannel
import Testing

/// A handshake as the model runs it: the token lists of the implementation, and what mutants leave out.
struct ModelProtocol: Sendable, CustomTestStringConvertible {
    var name: String
    var messages: [[NoiseToken]]
    /// Whether the responder's key is known to the initiator beforehand.
    var knowsResponder: Bool
    /// Whether both have words.
    var hasCode: Bool

    var mixesPrologue = true
    /// Whether the prologue tells signaling from the path alone.
    var bindsWay = true
    /// Whether ciphertexts are bound to all that came before them.
    var authenticatesTranscript = true
    /// Whether the pre-shared key comes of CPace, and not of the words themselves.
    var usesCPace = true
    /// Whether the words are bound to their session in the generator.
    var bindsChannel = true

    var testDescription: String { name }

    static func of(_ pattern: NoisePattern) -> ModelProtocol {
        ModelProtocol(
            name: pattern == .ik ? "pinned" : "code", messages: pattern.messages,
            knowsResponder: pattern.knowsResponder, hasCode: pattern.usesPresharedKey)
    }

    /// A mutant without a token.
    func without(_ token: NoiseToken) -> ModelProtocol {
        var mutant = self
        mutant.messages = messages.map { $0.filter { $0 != token } }
        mutant.name += " without \(token)"
        return mutant
    }

    /// A mutant that differs otherwise.
    func changed(_ name: String, _ change: (inout ModelProtocol) -> Void) -> ModelProtocol {
        var mutant = self
        change(&mutant)
        mutant.name += " " + name
        return mutant
    }

    /// After the last message of the pattern each side sends a record, the two taking turns all through.
    var messageCount: Int { messages.count + 2 }
}

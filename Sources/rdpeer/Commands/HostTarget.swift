import ArgumentParser
import PeerSession
import SecureChannel

/// The host that somebody names: by a code or by its key.
enum HostTarget {
    static func credential(_ words: [String]) throws -> HostCredential {
        if let key = PublicKey(words.joined()) { return .publicKey(key) }
        if let code = ConnectionCode(words.joined(separator: "-")) { return .code(code) }
        let text = words.joined(separator: " ")
        throw ValidationError(
            "\"\(text)\" is neither a code such as 7-crossover-clockwork nor a HOST-ID; is it mistyped?")
    }
}

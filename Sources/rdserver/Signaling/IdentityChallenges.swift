import Rendezvous
import SecureChannel
import Synchronization
import WireFormat

/// The proofs that hosts and viewers with a public key owe, between challenge and answer.
final class IdentityChallenges: Sendable {
    /// Challenges kept; older ones are forgotten, and their peers come again.
    private static let limit = 4_096

    private struct State {
        var random: SeededRandom
        var pending: [(challenge: [UInt8], verifier: HostIdentityVerifier)] = []
    }

    private let state: Mutex<State>
    private let serverNames: [String]

    /// - Parameter serverNames: the names by which peers may reach this server, one of which each proof is bound to.
    init(serverNames: [String], random: SeededRandom) {
        self.serverNames = serverNames
        state = Mutex(State(random: random))
    }

    func challenge() -> [UInt8] {
        state.withLock { state in
            let verifier = HostIdentityVerifier(random: &state.random)
            if state.pending.count == Self.limit { state.pending.removeFirst() }
            state.pending.append((verifier.challenge.bytes, verifier))
            return verifier.challenge.bytes
        }
    }

    func accepts(
        _ proof: [UInt8], to challenge: [UInt8], from peer: HostIdentifier, as role: HostIdentityProof.Role
    ) -> Bool {
        state.withLock { state in
            guard let key = PublicKey(bytes: peer.bytes),
                let index = state.pending.firstIndex(where: { $0.challenge == challenge })
            else { return false }
            let verifier = state.pending.remove(at: index).verifier
            return serverNames.contains { verifier.accepts(proof.span, from: key, server: $0, as: role) }
        }
    }
}

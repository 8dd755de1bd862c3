/// The number of a term in a ``TermStore``: equal terms have equal numbers.
typealias Term = Int

/// What messages and keys are made of, with perfect cryptography: two terms are equal only if they were made alike.
enum TermNode: Hashable {
    /// A public constant, or a secret: what nobody can compute.
    case atom(String)
    /// An element of a group: its base, and the secrets it was multiplied with, in ascending order since they commute.
    case power(base: Term, exponents: [Term])
    /// A one-way function of its inputs: hashes, HMAC, HKDF.
    case hash([Term])
    /// Authenticated encryption.
    case sealed(key: Term, nonce: Int, data: Term, plaintext: Term)
}

/// All terms of a model.
final class TermStore {
    private(set) var nodes: [TermNode] = []
    private var numbers: [TermNode: Term] = [:]

    /// The base of X25519.
    private(set) lazy var generator = atom("generator")

    private func term(_ node: TermNode) -> Term {
        if let number = numbers[node] { return number }
        nodes.append(node)
        numbers[node] = nodes.count - 1
        return nodes.count - 1
    }

    func atom(_ name: String) -> Term { term(.atom(name)) }

    func hash(_ inputs: Term...) -> Term { term(.hash(inputs)) }

    func sealed(_ plaintext: Term, key: Term, nonce: Int, data: Term) -> Term {
        term(.sealed(key: key, nonce: nonce, data: data, plaintext: plaintext))
    }

    /// An element multiplied once more.
    func power(_ element: Term, _ secret: Term) -> Term {
        if case .power(let base, let exponents) = nodes[element] {
            return term(.power(base: base, exponents: (exponents + [secret]).sorted()))
        }
        return term(.power(base: element, exponents: [secret]))
    }

    func publicKey(_ secret: Term) -> Term { power(generator, secret) }

    /// The element with one of its secrets taken away.
    func quotient(_ base: Term, _ exponents: [Term], without index: Int) -> Term {
        var rest = exponents
        rest.remove(at: index)
        return rest.isEmpty ? base : term(.power(base: base, exponents: rest))
    }
}

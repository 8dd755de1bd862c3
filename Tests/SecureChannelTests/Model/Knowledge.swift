/// What the adversary knows: everything that was ever on the network, what he began with, and all that follows from it.
struct Knowledge {
    private let store: TermStore
    private(set) var known: Set<Term> = []
    /// Those in the order they were learnt.
    private(set) var terms: [Term] = []
    /// Ciphertexts whose keys are not known.
    private var closed: [Term] = []

    init(_ store: TermStore) { self.store = store }

    mutating func learn(_ more: some Sequence<Term>) {
        for term in more where known.insert(term).inserted {
            terms.append(term)
            if case .sealed = store.nodes[term] { closed.append(term) }
        }
        openAll()
    }

    /// Opens what the keys are known of, until nothing new comes of it.
    private mutating func openAll() {
        var isNew = true
        while isNew {
            isNew = false
            for term in closed {
                guard case .sealed(let key, _, _, let plaintext) = store.nodes[term], derives(key) else { continue }
                closed.removeAll { $0 == term }
                if known.insert(plaintext).inserted {
                    terms.append(plaintext)
                    isNew = true
                }
            }
        }
    }

    /// Whether the adversary can compute a term.
    func derives(_ term: Term) -> Bool {
        var answers: [Term: Bool] = [:]
        return derives(term, &answers)
    }

    private func derives(_ term: Term, _ answers: inout [Term: Bool]) -> Bool {
        if known.contains(term) { return true }
        if let answer = answers[term] { return answer }
        let answer =
            switch store.nodes[term] {
            case .atom: false
            case .hash(let inputs): inputs.allSatisfy { derives($0, &answers) }
            case .sealed(let key, _, let data, let plaintext):
                derives(key, &answers) && derives(data, &answers) && derives(plaintext, &answers)
            case .power(let base, let exponents):
                // Whoever has the element without one secret, and that secret.
                exponents.indices.contains { index in
                    derives(exponents[index], &answers)
                        && derives(store.quotient(base, exponents, without: index), &answers)
                }
            }
        answers[term] = answer
        return answer
    }
}

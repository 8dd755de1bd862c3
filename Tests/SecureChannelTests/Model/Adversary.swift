/// The network: it has read every message, and writes what it likes.
struct Adversary {
    let store: TermStore
    var knowledge: Knowledge
    /// Payloads that stand in the clear, and one of his own.
    var payloads: [Term]
    let ownSecret: Term

    /// Group elements to be sent as public keys: all he has seen, and his own.
    var publicKeys: [Term] {
        knowledge.terms.filter {
            if case .power(store.generator, let exponents) = store.nodes[$0] { return exponents.count == 1 }
            return false
        }
    }

    /// Group elements to be sent as CPace shares: all he has seen, one for each guess of his, and a power of the base.
    var shares: [Term] {
        knowledge.terms.filter {
            if case .power(let base, let exponents) = store.nodes[$0] {
                return (base != store.generator && exponents.count == 1) || exponents == [ownSecret]
            }
            return false
        }
    }
}

/// Honest parties and the adversary between them, at one moment.
struct ModelWorld {
    var parties: [ModelParty]
    var adversary: Adversary

    init(_ scenario: Scenario, _ protocolInUse: ModelProtocol) {
        let store = TermStore()
        func secret(_ owner: String) -> Term { store.atom("secret of \(owner)") }
        func prologue(_ role: Scenario.Role) -> ModelPrologue {
            ModelPrologue(session: role.session, isOnPathAlone: role.isOnPathAlone, store)
        }
        let own = store.atom("adversary's secret")
        parties = scenario.roles.enumerated().map { index, role in
            ModelParty(
                "\(role.isInitiator ? "viewer" : "host") \(index)", isInitiator: role.isInitiator,
                prologue: prologue(role), staticSecret: secret(role.owner), words: store.atom(role.words),
                pinned: role.isInitiator && protocolInUse.knowsResponder
                    ? store.publicKey(role.pinned == "adversary" ? own : secret(role.pinned)) : nil,
                protocolInUse, store)
        }
        var knowledge = Knowledge(store)
        let constants = [
            "protocol name", "key", "chain", "psk", "to hash", "nothing", "element", "no channel", "initiator's key",
            "responder's key", "guess", "path alone",
        ]
        knowledge.learn(constants.map(store.atom))
        let ownPayload = store.atom("adversary's payload")
        knowledge.learn([store.generator, own, store.publicKey(own), ownPayload])
        knowledge.learn(parties.map(\.prologue) + parties.map(\.publicKey))
        knowledge.learn(scenario.stolen.map(secret))
        if scenario.knowsWords { knowledge.learn(parties.map(\.words)) }
        if protocolInUse.hasCode {
            let guess = scenario.knowsWords ? parties[0].words : store.atom("guess")
            for channel in Set(parties.map(\.prologue)).sorted() {
                let element = store.wordElement(guess, protocolInUse.bindsChannel ? channel : nil)
                knowledge.learn([store.power(element, own)])
            }
        }
        adversary = Adversary(store: store, knowledge: knowledge, payloads: [ownPayload], ownSecret: own)
        for index in parties.indices { write(index) }
    }

    var store: TermStore { adversary.store }

    /// What tells this world from others: what each party has seen.
    var identity: [[[Term]]] { parties.map(\.conversation) }

    /// Lets a party write if it is its turn.
    private mutating func write(_ index: Int) {
        guard parties[index].isWriting else { return }
        let isFirst = parties[index].messagesDone == 0
        parties[index].write()
        adversary.knowledge.learn(parties[index].conversation.last ?? [])
        guard isFirst, let payload = parties[index].payloads.last, adversary.knowledge.known.contains(payload) else {
            return
        }
        adversary.payloads.append(payload)
    }

    /// The worlds that one more delivery leads to, of whatever the adversary can write, to whomever.
    var successors: [ModelWorld] {
        parties.indices.flatMap { index in
            guard !parties[index].isOver, !parties[index].isWriting else { return [ModelWorld]() }
            return parties[index].readings(adversary).map { reader in
                var next = self
                next.parties[index] = reader
                next.adversary.knowledge.learn(reader.conversation.last ?? [])
                next.write(index)
                return next
            }
        }
    }
}

/// What the documentation says of the handshake, as what must hold in every world.
struct Claims {
    let world: ModelWorld
    let scenario: Scenario

    private var parties: [ModelParty] { world.parties }
    private var knowledge: Knowledge { world.adversary.knowledge }

    /// The claims that do not hold.
    var broken: Set<Claim> {
        var broken: Set<Claim> = []
        for party in parties {
            if !secretsHold(party) { broken.insert(.secrecy) }
            guard let peer = party.remoteKey else { continue }
            if party.messagesDone >= party.proof, !keyIsProven(party, peer) { broken.insert(.peerKey) }
            if isHonest(peer), party.messagesDone >= party.proof, !agrees(party) { broken.insert(.agreement) }
            if !originHolds(party, peer) { broken.insert(.origin) }
        }
        if !forwardSecretsHold { broken.insert(.forwardSecrecy) }
        if !noncesAreFresh { broken.insert(.nonces) }
        return broken
    }

    /// A key whose secret an honest party alone has. One that was stolen is not.
    private func isHonest(_ key: Term) -> Bool {
        parties.contains { $0.publicKey == key } && !knowledge.derives(secret(of: key))
    }

    private func secret(of key: Term) -> Term {
        parties.first { $0.publicKey == key }?.staticSecret ?? world.adversary.ownSecret
    }

    /// With words that the adversary has not, the peer is no other than an honest one.
    private func keyIsProven(_ party: ModelParty, _ peer: Term) -> Bool {
        if party.protocolInUse.hasCode {
            return scenario.knowsWords || parties.contains { $0.publicKey == peer }
        }
        return true
    }

    /// One peer, and for no one else the same, has seen and said the same, in the same session and the other role.
    private func agrees(_ party: ModelParty) -> Bool {
        let count = party.isInitiator ? 2 : 3
        let said = party.conversation.prefix(count)
        let peers = parties.filter {
            $0.isInitiator != party.isInitiator && $0.conversation.prefix(count) == said
        }
        let rivals = parties.filter {
            $0.isInitiator == party.isInitiator && $0.conversation.prefix(count) == said
        }
        guard peers.count == 1, rivals.count == 1, let peer = peers.first else { return false }
        return peer.prologue == party.prologue && peer.words == party.words
            && peer.publicKey == party.remoteKey && (peer.remoteKey ?? party.publicKey) == party.publicKey
            && peer.payloads.prefix(count) == party.payloads.prefix(count)
    }

    /// The first message of a viewer with a pinned key was once written by that viewer, to this host, for this session.
    private func originHolds(_ party: ModelParty, _ peer: Term) -> Bool {
        guard !party.isInitiator, party.protocolInUse.knowsResponder, party.messagesDone >= 1, isHonest(peer),
            !knowledge.derives(party.staticSecret)
        else { return true }
        return parties.contains {
            $0.isInitiator && $0.publicKey == peer && $0.remoteKey == party.publicKey
                && $0.prologue == party.prologue && $0.conversation.first == party.conversation.first
        }
    }

    private func secretsHold(_ party: ModelParty) -> Bool {
        party.ownPayloads.allSatisfy { index, payload in
            !isSecret(index, of: party) || !knowledge.derives(payload)
        }
    }

    /// Whether a payload that a party wrote should be known to nobody but the peer it meant.
    private func isSecret(_ index: Int, of party: ModelParty) -> Bool {
        if index == 0 { return party.protocolInUse.knowsResponder && party.remoteKey.map(isHonest) ?? false }
        if party.protocolInUse.hasCode, !scenario.knowsWords { return true }
        // With the words in strange hands, what a party knows of its peer's key when it writes.
        if index == 1 { return !party.protocolInUse.hasCode && party.remoteKey.map(isHonest) ?? false }
        return party.remoteKey.map(isHonest) ?? false
    }

    /// What was sent stays secret when every static secret and the words come out afterwards: no ciphertext opens, so the
    /// words cannot be searched for in what was recorded, either.
    private var forwardSecretsHold: Bool {
        var later = knowledge
        later.learn(parties.map(\.staticSecret))
        later.learn(parties.map(\.words))
        return parties.allSatisfy { party in
            party.ownPayloads.allSatisfy { index, payload in
                let isProven = index >= 2 || scenario.stolen.isEmpty
                return index == 0 || !isProven || !isSecret(index, of: party) || !later.derives(payload)
            }
        }
    }

    /// No two things are ever sealed by honest parties under one key and nonce.
    private var noncesAreFresh: Bool {
        var seen: [[Int]: Term] = [:]
        for piece in parties.flatMap(\.ownPieces) {
            guard case .sealed(let key, let nonce, _, _) = world.store.nodes[piece] else { continue }
            if let other = seen.updateValue(piece, forKey: [key, nonce]), other != piece { return false }
        }
        return true
    }
}

enum Claim: String, Hashable, Sendable {
    /// What a party writes is known to nobody but who it meant.
    case secrecy
    /// And stays so when static secrets and words come out later.
    case forwardSecrecy
    /// Whoever proved himself proved the key that he named.
    case peerKey
    /// Peers agree, one to one, on session, keys, payloads and every byte.
    case agreement
    /// A pinned viewer's first message is of that viewer.
    case origin
    /// No nonce is used twice.
    case nonces
}

extension ModelParty {
    /// How many messages are done when the peer has proven itself.
    var proof: Int { isInitiator ? 2 : 3 }

    /// What this party wrote, by the number of the message.
    var ownPayloads: [(index: Int, payload: Term)] {
        payloads.enumerated().filter { $0.offset.isMultiple(of: 2) == isInitiator }.map { ($0.offset, $0.element) }
    }

    var ownPieces: [Term] {
        conversation.enumerated().filter { $0.offset.isMultiple(of: 2) == isInitiator }.flatMap(\.element)
    }
}

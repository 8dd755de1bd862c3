/// What both sides of a handshake should agree on before it begins.
struct ModelPrologue {
    /// Without the way that messages take, as a mutant has it.
    let session: Term
    let whole: Term

    init(session: Int, isOnPathAlone: Bool, _ store: TermStore) {
        self.session = store.atom("prologue \(session)")
        whole = isOnPathAlone ? store.hash(self.session, store.atom("path alone")) : self.session
    }
}

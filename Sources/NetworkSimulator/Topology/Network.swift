/// A network: which attachment has which address, and the gateway to its parent.
struct Network {
    /// Nil for the internet.
    var gateway: Int?
    var attachments = FlowTable<Int>()
}

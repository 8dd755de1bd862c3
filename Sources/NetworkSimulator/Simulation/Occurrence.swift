public import WireFormat

/// What the network asks the simulator to tell an endpoint.
@usableFromInline
enum Occurrence {
    /// A packet arrived; its slot is released after the call.
    case packet(host: Int, slot: Int)
    case timer(host: Int)
    case message(host: Int, PipeMessage)
    case pipeChange(host: Int, PipeIdentifier, isOpen: Bool)
    case addressChange(host: Int)
    case streamFailure(host: Int, Path)
    case streamOpening(host: Int, Path)
}

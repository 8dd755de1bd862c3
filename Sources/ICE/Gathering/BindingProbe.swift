import WireFormat

/// A Binding request on its way to a STUN server.
struct BindingProbe: Sendable {
    let socket: UInt16
    let server: Agent.Server
    let path: Path
    /// Asked from a fresh socket, for its port alone.
    var isScout = false
}

/// The machine has no address that a relay could lend.
struct NoAddressFailure: Error, CustomStringConvertible {
    var description: String {
        "This machine has no address but loopback. Name one with --listen, or serve this machine alone without options."
    }
}

/// The state of TCP and TLS streams.
struct StreamTable {
    init() {}
}

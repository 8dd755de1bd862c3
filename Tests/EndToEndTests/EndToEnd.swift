import Testing

/// Whole sessions of the real programs, each a process of its own, on this machine's sockets and X servers.
///
/// One after the other: they measure nothing, but each keeps a machine of two cores busy.
@Suite("End to end", .serialized)
enum EndToEnd {}

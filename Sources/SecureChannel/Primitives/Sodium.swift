import CSodium

/// libsodium as a whole: it must be initialised once before use.
enum Sodium {
    /// Whether the library chose its implementations; reading it initialises the library, once and thread-safely.
    ///
    /// Without it libsodium computes the same values with its slowest code. Its random source is never used here:
    /// every random byte is an argument.
    static let isReady: Bool = sodium_init() >= 0
}

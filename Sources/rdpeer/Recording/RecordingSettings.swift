import SecureChannel

/// Where a session is recorded to, and for whom.
struct RecordingSettings {
    var path: String
    /// Who can replay it.
    var reader: PublicKey
    /// Who records.
    var keys: StaticKeyPair
}

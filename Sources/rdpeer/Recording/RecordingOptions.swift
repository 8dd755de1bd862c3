import ArgumentParser
import SecureChannel

/// The options of host and viewer that ask for a recording.
struct RecordingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Record the screen of the session into this new file, encrypted; rdpeer replay shows it. Without the recording "
                + "there is no session: it ends if the file cannot be written.",
            valueName: "file"))
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Who alone can replay the recording: the HOST-ID that rdpeer identity prints there (default: this machine).",
            valueName: "host-id"))
    var recordKey: String?

    func validate() throws {
        guard let recordKey else { return }
        if record == nil { throw ValidationError("--record-key goes with --record") }
        if PublicKey(recordKey) == nil { throw ValidationError("\"\(recordKey)\" is not a HOST-ID, or is mistyped") }
    }

    /// - Parameter identity: the file with this machine's secret key; nil for the user's own.
    func settings(identity: String?) throws(FileFault) -> RecordingSettings? {
        guard let record else { return nil }
        let keys = try IdentityFile.load(identity)
        return RecordingSettings(
            path: record, reader: recordKey.flatMap { PublicKey($0) } ?? keys.publicKey, keys: keys)
    }
}

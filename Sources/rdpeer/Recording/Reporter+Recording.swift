extension Reporter {
    func recordingBegan(_ recording: RecordingFile) {
        event("recording", [("file", .string(recording.path))])
        say("The session is recorded into \(recording.path).")
    }

    func recordingEnded(_ recording: RecordingFile) {
        event("recorded", [("file", .string(recording.path)), ("bytes", .unsigned(recording.byteCount))])
        say("The recording is in \(recording.path), \(SessionSummary.text(bytes: recording.byteCount)).")
    }
}

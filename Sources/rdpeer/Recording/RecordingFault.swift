import PeerSession
import SecureChannel

/// A recording that cannot be replayed, or not to its end, in words for its owner.
struct RecordingFault: Error, CustomStringConvertible {
    let description: String

    init(_ failure: SealedFileFailure, path: String) {
        description =
            switch failure {
            case .notSealed: "\(path) is no recording"
            case .sealedTo(let key):
                "\(path) can be opened only with the secret key of \(key): name its file by --identity"
            case .cutOff: "\(path) ends before the recording begins"
            case .tampered:
                "\(path) was changed after it was written, or is damaged: nothing behind this point can be trusted"
            case .tooLong: "\(path) holds more than a recording may"
            }
    }

    init(_ failure: RecordingFailure, path: String) {
        description =
            switch failure {
            case .otherVersion: "\(path) was written by another version of rdpeer"
            case .malformed: "\(path) holds what is no recording of this version"
            }
    }
}

import CX11

/// A program that has asked for files that are not there yet.
struct WaitingPaste {
    enum State {
        /// It was not answered.
        case unanswered
        /// It was told that the list comes in parts (INCR, ICCCM section 2.7.2), and has so many bytes of it.
        ///
        /// - Parameter isTaken: whether it has read the last part: only then another one may follow.
        case begun(isTaken: Bool, sentCount: Int)
    }

    let request: XSelectionRequestEvent
    let property: Atom
    let files: OfferedFiles
    /// Whether it wants the plain list, in which empty lines mean nothing.
    let isPlain: Bool
    var state = State.unanswered

    var bytes: [UInt8] { isPlain ? files.uriList : files.copiedFiles }

    /// So much of the other form names no file.
    static let harmlessCount = "copy".utf8.count
}

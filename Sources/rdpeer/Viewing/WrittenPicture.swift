/// What became of a picture that was to be written.
struct WrittenPicture: Sendable {
    let file: String
    let width: Int
    let height: Int
    /// Whether it was, pixel for pixel, the host's.
    let isExact: Bool
    /// Nil if it was written.
    let fault: FileFault?
}

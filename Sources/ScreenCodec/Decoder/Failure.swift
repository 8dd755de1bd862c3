extension Decoder {
    /// Why a body was not decoded, or not to its end.
    public enum Failure: Error, Hashable, Sendable {
        /// It ends before its tiles do.
        case truncated
        /// Its first byte names a version or a flag that this decoder does not know.
        case unknownVersion
        /// A field has a value that no encoder writes.
        case malformed
        /// It names more tiles than the screen has.
        case tooManyTiles
        /// It is of a screen of another size, and not newer than the last change of size.
        case otherSize
        /// A size beyond the limits.
        case sizeRefused
    }
}

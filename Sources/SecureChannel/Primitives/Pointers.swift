extension Span<UInt8> {
    /// Calls `body` with the address of the bytes; of no bytes with the address of a byte that stays unread.
    ///
    /// libsodium takes no null pointers, and an empty span may have no address.
    @inline(__always)
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { return unsafe body(base) }
            return unsafe withUnsafePointer(to: 0 as UInt8) { unsafe body($0) }
        }
    }
}

extension OutputSpan<UInt8> {
    /// Lets `body` write behind what is there; it returns how many bytes it has written.
    ///
    /// - Precondition: there is free capacity for what `body` writes.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func appendAtPointer(_ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        unsafe withUnsafeMutableBufferPointer { buffer, initializedCount in
            guard let base = buffer.baseAddress else {
                // No capacity, so nothing may be written; the status still counts.
                var unused: UInt8 = 0
                _ = unsafe withUnsafeMutablePointer(to: &unused) { unsafe body($0) }
                return
            }
            initializedCount += unsafe body(base + initializedCount)
        }
    }
}

import CSodium

extension [UInt8] {
    /// Overwrites the bytes with zeros, in a way that the optimiser keeps.
    mutating func wipe() {
        unsafe withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe sodium_memzero(base, buffer.count)
        }
    }
}

import WireFormat

extension SecretBytes {
    /// Draws `count` bytes from a random source, leaving no other copy of them.
    convenience init(drawing count: Int, from random: inout SeededRandom) {
        unsafe self.init(count: count) { output in
            var word: UInt64 = 0
            for index in 0..<count {
                if index % 8 == 0 { word = random.next() }
                unsafe output[index] = UInt8(truncatingIfNeeded: word)
                word >>= 8
            }
        }
    }
}

extension SecretBytes {
    /// The first `count` bytes as a secret of their own.
    func prefix(_ count: Int) -> SecretBytes { SecretBytes(copying: span.extracting(0..<min(count, self.count))) }
}

/// Reads what `RangeEncoder` wrote. Behind the end it reads zeros: the encoder leaves them out.
struct RangeDecoder: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0
    private var range: UInt32 = .max
    private var code: UInt32 = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
        for _ in 0..<4 { code = code << 8 | nextByte() }
    }

    /// How many bytes an honest stream may be read beyond its end.
    static let maximumMissing = 4

    /// More was read than an honest stream lacks.
    var isExhausted: Bool { position > bytes.count + Self.maximumMissing }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func decode(_ models: Bank<AdaptiveBit>, _ place: Int) -> Bool {
        var model = models[place]
        let bound = (range &>> AdaptiveBit.precision) &* model.chanceOfFalse
        let decision = code >= bound
        if decision {
            code &-= bound
            range &-= bound
        } else {
            range = bound
        }
        model.learn(decision)
        models[place] = model
        while range < 1 << 24 {
            range &<<= 8
            code = code &<< 8 | nextByte()
        }
        return decision
    }

    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func nextByte() -> UInt32 {
        let byte: UInt32 = position < bytes.count ? UInt32(bytes[position]) : 0
        position &+= 1
        return byte
    }
}

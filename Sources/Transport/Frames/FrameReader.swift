import WireFormat

/// Reads a packet's frames one after another, each fully checked for its form before it is returned.
struct FrameReader: ~Escapable {
    private var reader: ByteReader

    @_lifetime(copy packet)
    init(_ packet: Span<UInt8>) { reader = ByteReader(packet) }

    /// The next frame, or nil at the packet's end.
    @_lifetime(self: copy self)
    mutating func next() throws(Connection.Failure) -> Frame? {
        guard reader.remaining > 0 else { return nil }
        return try readFrame()
    }

    @_lifetime(self: copy self)
    private mutating func readFrame() throws(Connection.Failure) -> Frame {
        let number = try readNumber()
        guard let type = FrameType(rawValue: number) else { throw .unknownFrame(number) }
        switch type {
        case .padding: return try readPadding()
        case .ping: return .ping
        case .acknowledgement: return .acknowledgement(try readAcknowledgement(hasECN: false))
        case .acknowledgementECN: return .acknowledgement(try readAcknowledgement(hasECN: true))
        case .input: return .input(try readInput())
        case .raced: return .copied(.silence)
        case .echoed: return .copied(.peer)
        case .stream: return .stream(try readStream())
        case .maximumData: return .maximumData(try readNumber())
        case .maximumStreamData:
            let stream = try readStreamIdentifier()
            return .maximumStreamData(stream, try readNumber())
        case .state: return .state(try takeBody(count: reader.remaining))
        case .close: return try readClose()
        }
    }

    /// A run of padding is one frame: an MTU probe has a thousand of them.
    @_lifetime(self: copy self)
    private mutating func readPadding() throws(Connection.Failure) -> Frame {
        let rest = reader.rest
        var run = 0
        while run < rest.count, rest[run] == 0 { run += 1 }
        try skip(count: run)
        return .padding
    }

    @_lifetime(self: copy self)
    private mutating func readAcknowledgement(hasECN: Bool) throws(Connection.Failure) -> AcknowledgementFrame {
        let largest = try readNumber()
        let delay = try readNumber()
        let arrival = try readNumber()
        let count = try readNumber()
        let first = try readNumber()
        guard count < AcknowledgementFrame.maximumRanges, arrival < AcknowledgementFrame.arrivalModulus,
            first <= largest
        else { throw .malformedAcknowledgement }
        let start = reader.offset
        try checkRanges(count: Int(count), below: largest - first)
        let body = start..<reader.offset
        let ecn = hasECN ? try readECN() : nil
        return AcknowledgementFrame(
            largest: largest, delayMicroseconds: delay, arrivalMicroseconds: arrival, rangeCount: Int(count),
            firstLength: first, body: body, ecn: ecn)
    }

    /// Walks the ranges downwards: gap is one less than the numbers missing, as in RFC 9000 section 19.3.1.
    @_lifetime(self: copy self)
    private mutating func checkRanges(count: Int, below lowest: UInt64) throws(Connection.Failure) {
        var lower = lowest
        for _ in 0..<count {
            let gap = try readNumber()
            let length = try readNumber()
            guard lower >= gap + 2, lower - gap - 2 >= length else {
                throw .malformedAcknowledgement
            }
            lower -= gap + 2 + length
        }
    }

    @_lifetime(self: copy self)
    private mutating func readECN() throws(Connection.Failure) -> ECNCounts {
        let ect0 = try readNumber()
        let ect1 = try readNumber()
        return ECNCounts(ect0: ect0, ect1: ect1, congestionExperienced: try readNumber())
    }

    @_lifetime(self: copy self)
    private mutating func readInput() throws(Connection.Failure) -> InputFrame {
        let first = try readNumber()
        let count = Int(try readByte())
        guard count > 0 else { throw .malformedInput }
        let start = reader.offset
        for _ in 0..<count {
            let length = Int(try readByte())
            guard (1...Connection.maximumInputBytes).contains(length) else { throw .malformedInput }
            try skip(count: length)
        }
        return InputFrame(first: first, count: count, body: start..<reader.offset)
    }

    @_lifetime(self: copy self)
    private mutating func readStream() throws(Connection.Failure) -> StreamFrame {
        let stream = try readStreamIdentifier()
        let offset = try readNumber()
        let body = try takeBody(count: try readLength())
        return StreamFrame(stream: stream, offset: offset, body: body)
    }

    @_lifetime(self: copy self)
    private mutating func readStreamIdentifier() throws(Connection.Failure) -> StreamIdentifier {
        let number = try readNumber()
        guard number < UInt64(StreamIdentifier.count), let stream = StreamIdentifier(UInt8(number)) else {
            throw .unknownStream(number)
        }
        return stream
    }

    @_lifetime(self: copy self)
    private mutating func readClose() throws(Connection.Failure) -> Frame {
        let code = try readNumber()
        let length = Int(try readByte())
        guard length <= CloseReason.maximumTextBytes else { throw .malformedClose }
        return .close(code: code, text: try takeBody(count: length))
    }

    @_lifetime(self: copy self)
    private mutating func takeBody(count: Int) throws(Connection.Failure) -> Range<Int> {
        let start = reader.offset
        try skip(count: count)
        return start..<start + count
    }

    @_lifetime(self: copy self)
    private mutating func readNumber() throws(Connection.Failure) -> UInt64 {
        do { return try reader.readVarint() } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    private mutating func readByte() throws(Connection.Failure) -> UInt8 {
        do { return try reader.readUInt8() } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    private mutating func readLength() throws(Connection.Failure) -> Int {
        do { return Int(try reader.readUInt16()) } catch { throw .truncated }
    }

    @_lifetime(self: copy self)
    private mutating func skip(count: Int) throws(Connection.Failure) {
        do { try reader.skip(count: count) } catch { throw .truncated }
    }
}

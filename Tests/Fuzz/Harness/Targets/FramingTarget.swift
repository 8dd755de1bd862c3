import STUN
import TURN
import WireFormat

/// However a stream is cut, the same frames come out of it.
func fuzzFraming(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    let step = 1 + script.choice(97)
    let stream = script.rest()
    if let frame = ChannelData(stream.span) {
        try require(frame.payload.upperBound <= stream.count, "a payload ends behind its datagram")
    }
    let whole = try frames(of: stream, step: stream.count)
    let pieces = try frames(of: stream, step: step)
    try require(whole == pieces, "a stream in pieces has other frames")
}

private struct Cut: Equatable {
    var frames: [[UInt8]] = []
    var failure: StreamDeframer.Failure?
}

private func frames(of stream: [UInt8], step: Int) throws(Finding) -> Cut {
    var result = Cut()
    var pending: [UInt8] = []
    var rest = stream[...]
    while !rest.isEmpty, result.failure == nil {
        pending += rest.prefix(step)
        rest = rest.dropFirst(step)
        do throws(StreamDeframer.Failure) {
            while let size = try StreamDeframer.frameSize(pending.span, limit: 512), size <= pending.count {
                result.frames.append(Array(pending.prefix(size)))
                pending.removeFirst(size)
            }
        } catch { result.failure = error }
    }
    return result
}

func framingSeeds() -> [[UInt8]] {
    let message = stunSeeds()[0]
    let channel: [UInt8] = [0x40, 1, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0]
    return [[7] + message + channel + message, [1] + channel + channel, [90] + message]
}

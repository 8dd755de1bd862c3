import ArgumentParser
import WireFormat

/// How far apart the peers are, in space and in time.
enum LabCondition: String, CaseIterable, Sendable {
    /// No delay, and each learns of the other as soon as it can.
    case near
    /// No delay, but what signaling has for the host comes later.
    case late
    /// Each access link takes a while.
    case far
    /// Both.
    case farLate = "far-late"

    private static let delay = Interval.milliseconds(20)
    private static let lag = Interval.milliseconds(60)

    /// What each access link adds in each direction. The server has none.
    var linkDelay: Interval { self == .far || self == .farLate ? Self.delay : .zero }

    /// What signaling to the host adds.
    var signalingLag: Interval { self == .late || self == .farLate ? Self.lag : .zero }

    /// A packet from one peer to the other and back crosses two access links each way.
    var roundTripMilliseconds: Double { linkDelay.milliseconds * 4 }

    /// What no first path should take longer than: 50 ms without delay, four round trips with it. A viewer whose host
    /// learns of it late cannot but wait for that as well; in one network with the host, what it hears of the server is as
    /// late: when it connects, when it shakes hands, and when the answer comes.
    func firstPathLimitMilliseconds(for pair: LabPair) -> Double {
        let lags: Int64 = pair == .together(.oneNetwork) ? 4 : 1
        return (linkDelay == .zero ? 50 : roundTripMilliseconds * 4) + (signalingLag * lags).milliseconds
    }

    /// How many may be on their way to their first pictures at one time: links with delay leave the processors idle.
    var sessionsAtOnce: Int { linkDelay == .zero ? 1 : 2 }

    var words: String {
        let distance = linkDelay == .zero ? "no delay" : "\(Int(linkDelay.milliseconds)) ms a link"
        return signalingLag == .zero
            ? distance : distance + ", the host learns of the viewer \(Int(signalingLag.milliseconds)) ms later"
    }

    static let byDefault: [LabCondition] = [.near, .late, .far]

    static func list(_ text: String) throws -> [LabCondition] {
        try text.split(separator: ",").map { name in
            guard let condition = LabCondition(rawValue: String(name)) else {
                throw ValidationError(
                    "There is no condition '\(name)'; these exist: "
                        + "\(allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return condition
        }
    }
}

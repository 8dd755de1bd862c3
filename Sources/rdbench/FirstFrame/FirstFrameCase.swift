import NetworkSimulator
import PeerSession
import WireFormat

/// How a viewer gets its first picture: over which path, from a host it knows how.
package struct FirstFrameCase: Hashable, Sendable {
    let strategy: Strategy
    let access: HandshakeKind
    package let roundTripMilliseconds: Int64
    /// The share of packets that chance takes on the way between the peers, in each direction.
    let loss: Double

    /// Of the host's access line, the narrowest: there the first picture's bytes take their time.
    static let megabits = 20.0

    /// Those of the handshakes for which a server introduces the peers: with nobody to do that there is no signaling
    /// exchange, and another limit.
    private static let patterns: [HandshakeKind] = [.pinned, .code]
    static let roundTrips: [Int64] = [5, 20, 50, 100, 200]
    static let losses = [0, 0.01, 0.03]

    /// The rows of a strategy, in their order.
    package static func all(of strategy: Strategy) -> [FirstFrameCase] {
        patterns.flatMap { access in
            roundTrips.flatMap { roundTrip in
                losses.map {
                    FirstFrameCase(strategy: strategy, access: access, roundTripMilliseconds: roundTrip, loss: $0)
                }
            }
        }
    }

    var roundTrip: Interval { .milliseconds(roundTripMilliseconds) }

    var name: String { group + (loss > 0 ? "-loss\(Figure.plain(loss * 100))" : "") }

    /// The name without the loss.
    var group: String { "\(strategy.rawValue)-\(access.rawValue)-\(roundTripMilliseconds)ms" }

    /// A home behind a NAT, at a quarter of the round trip from the internet and the server in it; half of the loss is on
    /// each of the two lines.
    func home(isHost: Bool) -> PopulationDraw {
        var conditions = LinkConditions(
            delay: roundTrip / 4, loss: loss > 0 ? .bernoulli(loss / 2) : .none)
        if isHost { conditions.bytesPerSecond = Int64(Self.megabits * 125_000) }
        return PopulationDraw(
            place: "home", side: NetworkSide(gateways: [.nat(.portRestricted)], hasIPv6: false),
            link: AccessLink(conditions))
    }

    /// The least milliseconds from an open WebSocket to the first picture: the offer and the answer, one round trip of the
    /// path, and the picture's bytes on the wire.
    ///
    /// - Parameter pictureBytes: with all headers.
    package static func limitMilliseconds(roundTrip: Interval, pictureBytes: Int, megabits: Double) -> Double {
        2 * roundTrip.milliseconds + Double(pictureBytes) * 8 / (megabits * 1_000)
    }
}

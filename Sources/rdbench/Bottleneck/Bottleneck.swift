import NetworkSimulator
import WireFormat

/// A line that bulk streams fill: its rate, how much waits before it, what it loses by chance.
package struct Bottleneck: Hashable, Sendable {
    /// Of the empty path, in every case: across a country.
    package static let roundTrip = Interval.milliseconds(40)
    /// Of IPv4 and UDP.
    static let headerBytes = 28

    package var megabits: Double
    /// The buffer in bandwidth-delay products.
    package var buffer: Double
    /// The share of packets that chance takes, in each direction.
    package var loss: Double

    package init(megabits: Double, buffer: Double, loss: Double) {
        self.megabits = megabits
        self.buffer = buffer
        self.loss = loss
    }

    package static let all: [Bottleneck] = [1, 5, 20, 100].flatMap { megabits in
        [0.5, 1, 4].flatMap { buffer in
            [0, 0.01].map { Bottleneck(megabits: megabits, buffer: buffer, loss: $0) }
        }
    }

    package var bytesPerSecond: Double { megabits * 125_000 }

    /// Two packets at least: less could not hold the burst of one acknowledgement.
    package var bufferBytes: Int { max(3_000, Int(bytesPerSecond * Self.roundTrip.seconds * buffer)) }

    /// How long a packet takes to pass the line, the wait before it not counted.
    func passage(of wireBytes: Int) -> Interval {
        Self.roundTrip / 2 + .nanoseconds(Int64(Double(wireBytes) / bytesPerSecond * 1e9))
    }

    /// The line with its queue one way, and as much delay and loss, but no queue, for what comes back.
    var link: AccessLink {
        let chance: LossModel = loss > 0 ? .bernoulli(loss) : .none
        var up = LinkConditions(delay: Self.roundTrip / 2, loss: chance)
        up.bytesPerSecond = Int64(bytesPerSecond)
        up.queueBytes = bufferBytes
        return AccessLink(up: up, down: LinkConditions(delay: Self.roundTrip / 2, loss: chance))
    }

    var name: String {
        "\(Figure.plain(megabits))mbit-\(Figure.plain(buffer))bdp"
            + (loss > 0 ? "-loss\(Figure.plain(loss * 100))" : "")
    }
}

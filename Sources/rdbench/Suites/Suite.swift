import ArgumentParser

/// A part of the measurements that can be run alone.
package enum Suite: String, CaseIterable, Sendable {
    /// Simulated sessions over a population of networks.
    case population
    /// Real processes on this machine.
    case live
    /// Recorded screens through the codec.
    case codec
    /// Real processes between kernel NATs.
    case lab
    /// The handshake and the records, without a network.
    case handshake
    /// From the open WebSocket to the first picture, over simulated paths.
    case ttff
    /// Bulk streams over simulated bottlenecks.
    case transport
    /// Real displays, seen by rdpeer and by VNC.
    case vnc
    /// Our relay and coturn, under the same packets.
    case relay
    /// Hosts that wait at our server, and meetings.
    case signaling
    /// Files over a link and over loopback, beside bare copies.
    case files
    /// Simulated sessions to which everything happens that can happen.
    case faults

    /// Those that need no privilege and together take about two minutes.
    static let byDefault: [Suite] = [.population, .live, .codec, .handshake, .ttff, .transport]
}

extension Suite {
    /// Parses a list separated by commas.
    static func list(_ text: String) throws -> [Suite] {
        try text.split(separator: ",").map { name in
            guard let suite = Suite(rawValue: String(name)) else {
                throw ValidationError(
                    "There is no suite '\(name)'; these exist: \(allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return suite
        }
    }
}

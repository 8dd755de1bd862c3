import ArgumentParser
import NetworkSimulator

/// Where the two peers of a session are.
enum LabPair: Hashable, Sendable {
    case apart(LabPlace, LabPlace)
    case together(LabShared)

    /// Every unordered pair of places, a place with itself included, and the pairs behind one NAT.
    static var all: [LabPair] {
        let places = LabPlace.allCases
        return places.indices.flatMap { first in places[first...].map { LabPair.apart(places[first], $0) } }
            + LabShared.allCases.map(LabPair.together)
    }

    /// The names of the two places.
    var places: (first: String, second: String) {
        switch self {
        case .apart(let first, let second): (first.rawValue, second.rawValue)
        case .together(let shared): (shared.rawValue, shared.rawValue)
        }
    }

    var name: String {
        switch self {
        case .apart(let first, let second): "\(first.rawValue)/\(second.rawValue)"
        case .together(let shared): shared.rawValue
        }
    }

    /// Whether any method finds a direct path, over UDP or TCP, over IPv4 and without the gateway's help.
    var isDirectPossible: Bool {
        switch self {
        case .apart(let first, let second): DirectPathOracle.anyMethod(first.side, second.side, usingTCP: true)
        case .together(let shared): shared.isDirectPossible
        }
    }

    /// Whether ICE alone finds one.
    var isDirectByICE: Bool {
        switch self {
        case .apart(let first, let second): DirectPathOracle.plainICE(first.side, second.side)
        case .together(let shared): shared.isDirectPossible
        }
    }

    private var names: Set<String> { [places.first, places.second] }

    /// The pairs that a user's list names: `symmetric,port-restricted` is the one pair of these two (as is
    /// `symmetric/port-restricted`), a single place all pairs with it.
    static func selection(_ text: String) throws -> [LabPair] {
        let names = text.split { ",/".contains($0) }.map(String.init)
        let known = LabPlace.allCases.map(\.rawValue) + LabShared.allCases.map(\.rawValue)
        if let stranger = names.first(where: { !known.contains($0) }) {
            throw ValidationError("There is no place '\(stranger)'; these exist: \(known.joined(separator: ", ")).")
        }
        let chosen = all.filter { pair in
            names.count == 1 ? pair.names.contains(names[0]) : names.count == 2 && pair.names == Set(names)
        }
        guard !chosen.isEmpty else {
            throw ValidationError("--pairs wants one place or two, as in 'symmetric,port-restricted'.")
        }
        return chosen
    }
}

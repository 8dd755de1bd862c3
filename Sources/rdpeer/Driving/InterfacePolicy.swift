import ArgumentParser
import Glibc
import NetworkIO
import WireFormat

/// Which of the machine's addresses a session may use.
enum InterfacePolicy: ExpressibleByArgument, Equatable {
    /// All but loopback, which is added when the server is on this machine.
    case automatic
    case all
    case loopback
    /// The interfaces with these names.
    case named([String])

    /// More sockets help no session and make each slower to begin.
    private static let limit = 16

    init?(argument: String) {
        switch argument {
        case "": return nil
        case "auto": self = .automatic
        case "all": self = .all
        case "loopback": self = .loopback
        default: self = .named(argument.split(separator: ",").map(String.init))
        }
    }

    var defaultValueDescription: String { "auto" }

    /// What is wrong with names that no interface has, in words; nil if nothing is. If one is there, others may come.
    var missing: String? {
        guard case .named(let names) = self, names.allSatisfy({ if_nametoindex($0) == 0 }) else { return nil }
        let all = (try? NetworkInterfaces.addresses(includingLoopback: true).map(\.name)) ?? []
        return "there is no network interface \"\(names.joined(separator: ","))\" (--interface-policy); those with an "
            + "address are " + Set(all).sorted().joined(separator: ", ")
    }

    /// The addresses to open sockets at.
    ///
    /// - Parameter isOtherEndLocal: the server, or the peer that is gone to without one, may be on this machine.
    func addresses(isOtherEndLocal: Bool) throws(SystemFailure) -> [IPAddress] {
        let all = try NetworkInterfaces.addresses(includingLoopback: true)
        let chosen = all.filter { address in
            switch self {
            case .automatic: isOtherEndLocal || !address.ip.isLoopback
            case .all: true
            case .loopback: address.ip.isLoopback
            case .named(let names): names.contains(address.name)
            }
        }
        return Array(chosen.map(\.ip).prefix(Self.limit))
    }
}

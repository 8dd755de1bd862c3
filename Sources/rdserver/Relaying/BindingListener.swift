import Glibc
import NetworkIO
import STUN
import WireFormat

/// Opens the sockets that STUN answers from beside the main one: a second port, and both ports of a second address.
struct BindingListener {
    private static let attempts = 16

    /// The main address as clients see it, if it is not the one listened on.
    let advertisedAddress: IPAddress?
    /// The second address; nil for a server that has one.
    let alternateAddress: BindingServer.Address?
    let port: AlternatePort
    /// Relayed addresses' ports, of which none is ours.
    let relayPorts: ClosedRange<UInt16>
    /// Other loops bind the same sockets.
    var sharesPort = false

    /// The main socket is open already.
    ///
    /// - Throws: what keeps a port or an address from being used that the operator named. Without either there may be
    ///   no second port.
    func open(beside main: TransportAddress, in loop: DatagramLoop<RelayMachine>) throws -> BindingServer.Configuration
    {
        let address = BindingServer.Address(bound: main.ip, advertised: advertisedAddress)
        do {
            return BindingServer.Configuration(
                address: address, port: main.port, alternateAddress: alternateAddress,
                alternatePort: try openSecondPort(main, loop))
        } catch {
            if case .next = port, alternateAddress == nil {
                return BindingServer.Configuration(address: address, port: main.port)
            }
            throw error
        }
    }

    private func openSecondPort(_ main: TransportAddress, _ loop: DatagramLoop<RelayMachine>) throws -> UInt16 {
        switch port {
        case .number(let number) where number != 0:
            guard !relayPorts.contains(number) else { throw RelayPortFailure.isRelayed(number) }
            return try openAll(number, main, loop)
        case .next where main.port < .max && !relayPorts.contains(main.port + 1):
            return try openAll(main.port + 1, main, loop)
        case .number, .next: return try openAny(main, loop)
        }
    }

    /// A port of the kernel's choice that is free at both addresses.
    private func openAny(_ main: TransportAddress, _ loop: DatagramLoop<RelayMachine>) throws -> UInt16 {
        for _ in 0..<Self.attempts {
            let probe = try loop.bind(TransportAddress(ip: main.ip, port: 0))
            loop.close(probe)
            if !relayPorts.contains(probe.port), let port = try? openAll(probe.port, main, loop) { return port }
        }
        throw RelayPortFailure.noneFree
    }

    /// All of them or none.
    private func openAll(
        _ number: UInt16, _ main: TransportAddress, _ loop: DatagramLoop<RelayMachine>
    ) throws -> UInt16 {
        var wanted = [TransportAddress(ip: main.ip, port: number)]
        if let ip = alternateAddress?.bound {
            wanted += [TransportAddress(ip: ip, port: main.port), TransportAddress(ip: ip, port: number)]
        }
        var opened: [TransportAddress] = []
        do {
            for address in wanted {
                // One that is shared would be with another server of the same user as well.
                let code = sharesPort ? PortProbe.bind(address, isStream: false) : 0
                guard code == 0 else { throw SystemFailure("bind \(address)", code: code) }
                opened.append(try loop.bind(address, sharesPort: sharesPort))
            }
        } catch {
            for address in opened { loop.close(address) }
            throw error
        }
        return number
    }
}

/// Which port STUN answers from beside the main one.
enum AlternatePort: Sendable {
    /// The one above the main port, or another if that cannot be.
    case next
    /// 0 takes any.
    case number(UInt16)
}

import Glibc
import NetworkIO
import STUN
import TURN
import WireFormat

/// Opens the port of STUN and TURN: one number, over UDP and TCP alike.
struct RelayListener {
    /// How many ports of the kernel's choice are tried.
    private static let attempts = 64
    /// The longest frame from a client over TCP: a payload is a datagram to send on, and the greatest that the relay
    /// forwards fits, wrapped, into one of its buffers.
    private static let frameBytes = 2_048

    let address: TransportAddress
    /// Relayed addresses' ports, by which the server tells relay sockets from this one.
    let relayPorts: ClosedRange<UInt16>
    /// A second port for TCP.
    let webPort: UInt16?

    /// Other loops listen at the same ports.
    var sharesPort = false

    /// - Returns: the bound address.
    func open(in loop: DatagramLoop<RelayMachine>) throws -> TransportAddress {
        if let webPort {
            let second = TransportAddress(ip: address.ip, port: webPort)
            try checkFree(second, isStream: true)
            try listenStreams(on: second, in: loop)
        }
        return try openMain(in: loop)
    }

    /// Opens in another loop what `open` has opened, and further sockets of UDP.
    func join(_ main: TransportAddress, _ sockets: [TransportAddress], in loop: DatagramLoop<RelayMachine>) throws {
        if let webPort { try listenStreams(on: TransportAddress(ip: address.ip, port: webPort), in: loop) }
        try listenStreams(on: main, in: loop)
        _ = try loop.bind(main, sharesPort: true)
        for socket in sockets where socket != main { _ = try loop.bind(socket, sharesPort: true) }
    }

    private func listenStreams(on address: TransportAddress, in loop: DatagramLoop<RelayMachine>) throws(SystemFailure)
    {
        _ = try loop.listenStreams(
            on: address, sharesPort: sharesPort, framing: Self.framing, precedence: Self.precedence)
    }

    /// A port that is shared would be with another server of the same user as well.
    private func checkFree(_ address: TransportAddress, isStream: Bool) throws(SystemFailure) {
        guard sharesPort else { return }
        let code = PortProbe.bind(address, isStream: isStream)
        if code != 0 { throw SystemFailure("bind \(address)", code: code) }
    }

    private func openMain(in loop: DatagramLoop<RelayMachine>) throws -> TransportAddress {
        guard address.port == 0 else {
            guard !relayPorts.contains(address.port) else { throw RelayPortFailure.isRelayed(address.port) }
            try checkFree(address, isStream: true)
            try checkFree(address, isStream: false)
            try listenStreams(on: address, in: loop)
            return try loop.bind(address, sharesPort: sharesPort)
        }
        for _ in 0..<Self.attempts {
            let bound = try loop.bind(address, sharesPort: sharesPort)
            if !relayPorts.contains(bound.port), try listen(on: bound, in: loop) { return bound }
            loop.close(bound)
        }
        throw RelayPortFailure.noneFree
    }

    /// - Returns: false if somebody else has the port.
    private func listen(on bound: TransportAddress, in loop: DatagramLoop<RelayMachine>) throws -> Bool {
        do throws(SystemFailure) {
            try checkFree(bound, isStream: true)
            try listenStreams(on: bound, in: loop)
            return true
        } catch {
            guard error.code == EADDRINUSE else { throw error }
            return false
        }
    }

    static let framing: StreamFraming = { bytes in
        do throws(StreamDeframer.Failure) {
            return try StreamDeframer.frameSize(bytes, limit: frameBytes).map { .size($0) } ?? .incomplete
        } catch { return .invalid }
    }

    /// Answers: over TCP no client asks twice. Indications are payloads, and those may be lost.
    static let precedence: StreamPrecedence = { frame in
        // The class of a STUN message stands in bits 4 and 8 of its first two bytes (RFC 8489 section 5).
        DatagramKind(frame) == .stun && frame.count >= 2 && (frame[0] & 1 == 1 || frame[1] & 0x10 == 0)
    }
}

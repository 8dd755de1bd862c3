import Glibc

/// Sends forged datagrams and connections to every open port of some programs.
final class Attacker {
    private(set) var datagramCount = 0
    private(set) var connectionCount = 0
    private(set) var attacked: Set<OpenPort> = []
    private let targets: () -> [ChildProcess]
    private var forger: Forger
    private let sockets: [Bool: Int32]
    private var connections: [Int32] = []

    private static let connectionLimit = 16

    /// - Parameter targets: the programs that run now.
    init(seed: UInt64, targets: @escaping () -> [ChildProcess]) throws {
        forger = Forger(seed: seed)
        self.targets = targets
        var sockets: [Bool: Int32] = [:]
        for (isIPv4, family) in [(true, AF_INET), (false, AF_INET6)] {
            let descriptor = Self.socket(family, Int32(SOCK_DGRAM.rawValue))
            guard descriptor >= 0 else { throw Failure("no socket to attack with") }
            sockets[isIPv4] = descriptor
        }
        self.sockets = sockets
    }

    deinit { for descriptor in sockets.values + connections { close(descriptor) } }

    private static func socket(_ family: Int32, _ type: Int32) -> Int32 {
        Glibc.socket(family, type | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    /// Sends a few of each kind to each port.
    func strike() {
        for port in OpenPort.all(of: targets()) {
            attacked.insert(port)
            switch port.kind {
            case .datagrams: for _ in 0..<12 { send(to: port) }
            case .connections: connect(to: port)
            }
        }
        listen()
    }

    /// Strikes until a condition is met or the time is over.
    func attack(seconds: Double, until isDone: () -> Bool = { false }) {
        let limit = TimeLimit(seconds: seconds)
        while !limit.isOver && !isDone() {
            strike()
            usleep(10_000)
        }
    }

    private func send(to port: OpenPort) {
        guard let descriptor = sockets[port.isIPv4] else { return }
        let bytes = forger.next()
        let sent = port.withSocketAddress { address, size in
            sendto(descriptor, bytes, bytes.count, 0, address, size)
        }
        if sent >= 0 { datagramCount += 1 }
    }

    private func listen() {
        var part = [UInt8](repeating: 0, count: 9_000)
        for descriptor in sockets.values {
            for _ in 0..<64 {
                let count = recv(descriptor, &part, part.count, 0)
                guard count > 0 else { break }
                forger.note(answer: Array(part[..<count]))
            }
        }
    }

    /// Some connections stay open and silent, as far as the attacker's own limit goes.
    private func connect(to port: OpenPort) {
        let descriptor = Self.socket(port.isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue))
        guard descriptor >= 0 else { return }
        connections.append(descriptor)
        if connections.count > Self.connectionLimit { close(connections.removeFirst()) }
        _ = port.withSocketAddress { address, size in Glibc.connect(descriptor, address, size) }
        // On one machine it is connected at once or not at all.
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 100) == 1 else { return }
        let bytes = forger.nextStream()
        if Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) >= 0 { connectionCount += 1 }
    }
}

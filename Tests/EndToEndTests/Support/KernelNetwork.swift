import Foundation

/// A machine behind a router behind a server: three network namespaces of this kernel, the router's rules by nftables.
///
///     inside 192.168.77.2 -- 192.168.77.1 router 198.51.100.1 -- 198.51.100.10 and .11 outside
final class KernelNetwork {
    /// What the router does to packets between inside and outside.
    enum Router: String, CaseIterable {
        /// Routes, nothing else.
        case open
        /// Lets in what was asked for.
        case firewall
        /// The usual home router of Linux: keeps ports as long as nobody else has them.
        case masquerade
        /// A port for each destination, by chance.
        case fullyRandom
        /// Everything from outside goes to the one machine inside.
        case fullCone
        /// No UDP.
        case udpBlocked
    }

    static let server = "198.51.100.10"
    static let alternate = "198.51.100.11"
    static let inside = "192.168.77.2"
    static let router = "198.51.100.1"

    /// Whether a test with namespaces shall run: as root with the programs there, and on CI, where it then fails and says
    /// what is missing.
    static var isUsable: Bool {
        ProcessInfo.processInfo.environment["CI"] == "true" || (geteuid() == 0 && Tools.areUsable(["ip", "nft"]))
    }

    static let reason = "network namespaces and NAT rules need root, ip (iproute2) and nft (nftables)"

    private let world: World
    private let names: (inside: String, router: String, outside: String)
    private var made: [String] = []

    init(_ router: Router, world: World) throws {
        self.world = world
        let number = "\(getpid())-\(UInt16.random(in: 0 ... .max))"
        names = ("bl-in-\(number)", "bl-nat-\(number)", "bl-out-\(number)")
        do {
            for name in [names.inside, names.router, names.outside] {
                try ip("netns", "add", name)
                made.append(name)
                try ip("-n", name, "link", "set", "lo", "up")
            }
            try connect(names.inside, "\(Self.inside)/24", names.router, "lan", "192.168.77.1/24")
            try connect(names.outside, "\(Self.server)/24", names.router, "wan", "\(Self.router)/24")
            try ip("-n", names.outside, "address", "add", "\(Self.alternate)/24", "dev", "eth0")
            try ip("-n", names.inside, "route", "add", "default", "via", "192.168.77.1")
            if [.open, .firewall].contains(router) {
                try ip("-n", names.outside, "route", "add", "192.168.77.0/24", "via", Self.router)
            }
            try run("ip", ["netns", "exec", names.router, "sysctl", "-qw", "net.ipv4.ip_forward=1"])
            let rules = Self.rules(router)
            if !rules.isEmpty {
                try world.write(rules, to: "rules.nft")
                try run("ip", ["netns", "exec", names.router, try Tools.other("nft"), "-f", world.file("rules.nft")])
            }
        } catch {
            remove()
            throw error
        }
    }

    deinit { remove() }

    private func remove() {
        for name in made { try? ip("netns", "del", name) }
        made = []
    }

    func startInside(_ name: String, _ program: String, _ arguments: [String]) throws -> ChildProcess {
        try start(name, program, arguments, in: names.inside)
    }

    func startOutside(_ name: String, _ program: String, _ arguments: [String]) throws -> ChildProcess {
        try start(name, program, arguments, in: names.outside)
    }

    /// The router passes nothing on, or everything again; nobody tells the machines.
    func setForwarding(_ isOn: Bool) throws {
        try run("ip", ["netns", "exec", names.router, "sysctl", "-qw", "net.ipv4.ip_forward=\(isOn ? 1 : 0)"])
    }

    /// The cable between router and inside is out, or in again; the inside's kernel tells.
    func setCable(_ isIn: Bool) throws { try ip("-n", names.router, "link", "set", "lan", isIn ? "up" : "down") }

    /// What the router does to the ECN field of what it passes on.
    enum Marking: String, CaseIterable {
        /// It marks every fiftieth packet from outside that may be marked, however fast they come.
        case marks = "iifname wan ip ecn ect0 numgen inc mod 50 == 0 ip ecn set ce"
        /// It clears it, as old routers do.
        case clears = "ip ecn set not-ect"
    }

    func setMarking(_ marking: Marking) throws {
        let chain = "chain forward {\ntype filter hook forward priority mangle\n\(marking.rawValue)\n}"
        try world.write("table ip marking {\n\(chain)\n}\n", to: "marking.nft")
        try run("ip", ["netns", "exec", names.router, try Tools.other("nft"), "-f", world.file("marking.nft")])
    }

    private func start(
        _ name: String, _ program: String, _ arguments: [String], in namespace: String
    ) throws -> ChildProcess {
        try world.start(name, try Tools.other("ip"), ["netns", "exec", namespace, program] + arguments)
    }

    private static func rules(_ router: Router) -> String {
        func table(_ chains: String...) -> String { "table ip beeline {\n\(chains.joined(separator: "\n"))\n}\n" }
        func chain(_ hook: String, type: String = "nat", priority: Int = 100, _ rules: String) -> String {
            "chain \(hook) {\ntype \(type) hook \(hook) priority \(priority)\n\(rules)\n}"
        }
        // Nothing that comes unasked may leave a trace in the connection table, or it would take a port away.
        let input = chain("input", type: "filter", priority: 0, "iifname wan ct state new drop")
        let masquerade = chain("postrouting", "oifname wan masquerade")
        return switch router {
        case .open: ""
        case .firewall:
            table(
                chain("forward", type: "filter", priority: 0, "ct state established,related accept\niifname wan drop"))
        case .masquerade: table(masquerade, input)
        case .fullyRandom: table(chain("postrouting", "oifname wan masquerade fully-random"), input)
        case .fullCone:
            table(chain("prerouting", priority: -100, "iifname wan meta l4proto udp dnat to \(inside)"), masquerade)
        case .udpBlocked:
            table(masquerade, input, chain("forward", type: "filter", priority: 0, "meta l4proto udp drop"))
        }
    }

    private func connect(
        _ end: String, _ address: String, _ router: String, _ device: String, _ routerAddress: String
    ) throws {
        try ip(
            "link", "add", "eth0", "netns", end, "type", "veth", "peer", "name", device, "netns", router)
        try ip("-n", end, "address", "add", address, "dev", "eth0")
        try ip("-n", router, "address", "add", routerAddress, "dev", device)
        try ip("-n", end, "link", "set", "eth0", "up")
        try ip("-n", router, "link", "set", device, "up")
    }

    private func ip(_ arguments: String...) throws { try run("ip", arguments) }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = try world.start(program, try Tools.other(program), arguments)
        guard try process.waitForEnd() == .exited(0) else {
            throw process.failure("\(arguments.joined(separator: " "))\n\(Self.reason)")
        }
    }
}

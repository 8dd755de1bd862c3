import Foundation

/// Two homes behind routers that give every destination another port, so that nothing but a mapped port brings the two
/// together, and a server outside. The host's router runs miniupnpd.
final class MappingRouter {
    /// What the router can be asked by.
    enum Method: String, CaseIterable, CustomStringConvertible {
        case pcp, natPMP, upnp

        var description: String { rawValue }
    }

    let home: NetworkNamespace
    let away: NetworkNamespace
    private let gateway: NetworkNamespace
    private let otherGateway: NetworkNamespace
    private let outside: NetworkNamespace
    private let world: World

    static let serverAddress = "23.7.0.9"
    static let publicAddress = "23.7.0.1"

    init(_ method: Method, _ world: World) throws {
        self.world = world
        home = try NetworkNamespace("home")
        away = try NetworkNamespace("away")
        gateway = try NetworkNamespace("gateway")
        otherGateway = try NetworkNamespace("gateway2")
        outside = try NetworkNamespace("outside")
        try outside.ip("link", "set", "lo", "up")
        try outside.ip("link", "add", "bridge0", "type", "bridge")
        try outside.ip("addr", "add", "\(Self.serverAddress)/24", "dev", "bridge0")
        try outside.ip("link", "set", "bridge0", "up")
        try connect(home, gateway, number: 77, publicAddress: Self.publicAddress, method)
        try connect(away, otherGateway, number: 78, publicAddress: "23.7.0.3", nil)
        try startDaemon(method)
    }

    private func connect(
        _ inner: NetworkNamespace, _ router: NetworkNamespace, number: Int, publicAddress: String, _ method: Method?
    ) throws {
        try inner.ip("link", "add", "eth0", "type", "veth", "peer", "name", "in0", "netns", router.name)
        try router.ip("link", "add", "out0", "type", "veth", "peer", "name", "port\(number)", "netns", outside.name)
        try outside.ip("link", "set", "port\(number)", "master", "bridge0", "up")
        try router.ip("link", "set", "lo", "up")
        try router.ip("addr", "add", "192.168.\(number).1/24", "dev", "in0")
        try router.ip("link", "set", "in0", "up")
        try router.ip("addr", "add", "\(publicAddress)/24", "dev", "out0")
        try router.ip("link", "set", "out0", "up")
        try inner.ip("link", "set", "lo", "up")
        try inner.ip("addr", "add", "192.168.\(number).2/24", "dev", "eth0")
        try inner.ip("link", "set", "eth0", "up")
        // Packets cut apart by the kernel only behind the router's rules would be seen by them as one.
        try inner.ip("link", "set", "eth0", "gso_max_segs", "1")
        try inner.ip("route", "add", "default", "via", "192.168.\(number).1")
        try world.write(Self.rules(method), to: "rules-\(number)")
        try router.run(
            "sh", ["-c", "echo 1 >/proc/sys/net/ipv4/ip_forward && nft -f '\(world.file("rules-\(number)"))'"])
    }

    /// The chains that miniupnpd fills have the names of Debian's own script. To leave NAT-PMP alone, PCP's version 2 is
    /// dropped on its way in.
    private static func rules(_ method: Method?) -> String {
        """
        table inet filter {
            chain input {
                type filter hook input priority 0;
                \(method == .natPMP ? "udp dport 5351 @th,64,8 2 drop" : "")
            }
            chain forward {
                type filter hook forward priority 0; policy drop;
                ct state established,related accept
                iifname "in0" accept
                jump miniupnpd
            }
            chain miniupnpd { }
            chain prerouting { type nat hook prerouting priority -100; jump prerouting_miniupnpd; }
            chain postrouting {
                type nat hook postrouting priority 100;
                jump postrouting_miniupnpd
                oifname "out0" masquerade fully-random
            }
            chain prerouting_miniupnpd { }
            chain postrouting_miniupnpd { }
        }
        """
    }

    private func startDaemon(_ method: Method) throws {
        let text = """
            ext_ifname=out0
            listening_ip=in0
            enable_natpmp=\(method == .upnp ? "no" : "yes")
            enable_upnp=\(method == .upnp ? "yes" : "no")
            secure_mode=yes
            system_uptime=no
            upnp_table_name=filter
            upnp_nat_table_name=filter
            upnp_forward_chain=miniupnpd
            upnp_nat_chain=prerouting_miniupnpd
            upnp_nat_postrouting_chain=postrouting_miniupnpd
            uuid=3cde48a3-7380-4ed6-9f99-22c7d23d7945
            allow 1024-65535 0.0.0.0/0 1024-65535
            """
        try world.write(text + "\n", to: "miniupnpd.conf")
        _ = try start(
            "miniupnpd", try Tools.other("miniupnpd"),
            ["-d", "-f", world.file("miniupnpd.conf"), "-P", world.file("miniupnpd.pid")], in: gateway)
        // The ports of SSDP, and of NAT-PMP and PCP.
        let port = method == .upnp ? 1_900 : 5_351
        let limit = TimeLimit(seconds: 20)
        while try gateway.run("ss", ["-lun", "sport", "=", ":\(port)"]).split(separator: "\n").count < 2 {
            if limit.isOver { throw Failure("miniupnpd does not listen on UDP port \(port)") }
            usleep(50_000)
        }
    }

    /// Starts a server outside; returns it with the file of its certificate.
    func startServer() throws -> (server: Server, certificate: String) {
        let (certificate, key) = try world.makeCertificate(for: Self.serverAddress)
        let process = try start(
            "rdserver", try Tools.own("rdserver"),
            [
                "--listen", Self.serverAddress, "--port", "8470", "--tls-certificate", certificate, "--tls-key", key,
                "--json",
            ], in: outside)
        return (try Server(process), certificate)
    }

    func start(
        _ name: String, _ program: String, _ arguments: [String], in network: NetworkNamespace, home: String = "home"
    ) throws -> ChildProcess {
        let command = try network.command(program, arguments)
        return try world.start(name, command.program, command.arguments, home: home)
    }

    /// The ports that the router forwards, as the kernel's rules have them.
    func forwardedPorts() throws -> [String] {
        try gateway.run("nft", ["list", "chain", "inet", "filter", "prerouting_miniupnpd"])
            .split(separator: "\n").map(String.init).filter { $0.contains("dnat") }
    }
}

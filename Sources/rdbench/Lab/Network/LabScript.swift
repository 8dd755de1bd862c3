import Foundation

/// Commands of iproute2 and nftables, run together.
struct LabScript {
    var lines: [String] = []

    /// A namespace without IPv6.
    mutating func addNamespace(_ name: String, isRouter: Bool) {
        lines.append("ip netns add \(name)")
        lines.append("ip -n \(name) link set lo up")
        let settings = ["ipv6/conf/all/disable_ipv6", "ipv6/conf/default/disable_ipv6"].map {
            "[ ! -e /proc/sys/net/\($0) ] || echo 1 >/proc/sys/net/\($0)"
        }
        let forwarding = isRouter ? ["echo 1 >/proc/sys/net/ipv4/ip_forward"] : []
        lines.append("nsenter --net=/run/netns/\(name) sh -c '\((settings + forwarding).joined(separator: "; "))'")
    }

    mutating func removeNamespace(_ name: String) { lines.append("ip netns del \(name)") }

    /// Joins two interfaces by the kernel's own cable.
    mutating func addWire(_ one: LabInterface, _ other: LabInterface) {
        lines.append(
            "ip link add \(one.name) netns \(one.namespace) type veth peer name \(other.name) netns \(other.namespace)")
        bringUp(one)
        bringUp(other)
    }

    mutating func addBridge(_ bridge: LabInterface) {
        // What stays in one network is no business of a gateway's rules.
        let setting = "/proc/sys/net/bridge/bridge-nf-call-iptables"
        lines.append(
            "nsenter --net=/run/netns/\(bridge.namespace) sh -c '[ ! -e \(setting) ] || echo 0 >\(setting)'")
        lines.append("ip -n \(bridge.namespace) link add \(bridge.name) type bridge")
        bringUp(bridge)
    }

    mutating func moveTunnel(_ name: String, to interface: LabInterface) {
        lines.append("ip link set dev \(name) netns \(interface.namespace) name \(interface.name)")
        bringUp(interface)
    }

    private mutating func bringUp(_ interface: LabInterface) {
        let namespace = interface.namespace
        if let bridge = interface.bridge {
            lines.append("ip -n \(namespace) link set \(interface.name) master \(bridge)")
        } else {
            lines.append("ip -n \(namespace) addr add \(interface.network) dev \(interface.name)")
        }
        lines.append("ip -n \(namespace) link set \(interface.name) up")
    }

    mutating func addRoute(_ route: String, in namespace: String) {
        lines.append("ip -n \(namespace) route add \(route)")
    }

    mutating func addRules(_ rules: NetfilterRules, in namespace: String) {
        lines.append("nsenter --net=/run/netns/\(namespace) nft -f - <<'RULES'\n\(rules.text)\nRULES")
    }

    /// - Throws: what went wrong first, as the failing command said it.
    func run() throws(BenchFailure) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-eu"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        do {
            try process.run()
            input.fileHandleForWriting.write(Data((lines.joined(separator: "\n") + "\n").utf8))
            try input.fileHandleForWriting.close()
        } catch {
            throw .noLaboratory("/bin/sh: \(error.localizedDescription)")
        }
        let complaint = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw .noLaboratory(complaint.split(separator: "\n").prefix(3).joined(separator: " | "))
        }
    }
}

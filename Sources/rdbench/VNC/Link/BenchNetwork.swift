import Foundation
import WireFormat

/// A namespace for what serves a display, behind a slow and lossy link.
final class BenchNetwork {
    static let nearAddress = IPAddress.v4(0x0A4D_0001)
    static let farAddress = IPAddress.v4(0x0A4D_0002)

    let namespace = "beeline-\(getpid())-far"
    private var thread: CableThread?

    /// - Throws: `BenchFailure` or `SystemFailure`.
    init(seed: UInt64, shape: LinkShape = BenchLink.shape) throws {
        let (near, far) = (try Tunnel(number: 0), try Tunnel(number: 1))
        var script = LabScript()
        script.addNamespace(namespace, isRouter: false)
        script.lines += [
            "ip addr add \(Self.nearAddress)/24 dev \(near.name)", "ip link set \(near.name) up",
        ]
        script.moveTunnel(far.name, to: LabInterface(namespace: namespace, name: "eth0", address: Self.farAddress))
        var cable = Cable(outer: near, inner: far)
        cable.delay = BenchLink.delay
        cable.shape = shape
        cable.seed = seed
        try script.run()
        thread = try CableThread([cable])
    }

    func remove() {
        thread?.stop()
        thread = nil
        var removal = LabScript()
        removal.removeNamespace(namespace)
        try? removal.run()
    }
}

import PortMapping
import Testing
import WireFormat

/// The text of `/proc/net/route`, as proc(5) and the kernel's `fib_route_seq_show` have it.
@Suite struct DefaultRouteTests {
    private static let head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"

    @Test func `the route to everywhere is found among others`() {
        let text =
            Self.head + "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
            + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
            + "eth1\t00000000\t0201A8C0\t0003\t0\t0\t200\t00000000\t0\t0\t0\n"
        #expect(DefaultRoute(table: text)?.gateway == IPAddress("192.168.1.1"))
    }

    @Test(arguments: [
        "", "eth0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n",
        "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t000000FF\t0\t0\t0\n",
        "eth0\t00000000\t0101A8C0\t0003\t0\t0\n", "eth0\t00000000\tgateway\t0003\t0\t0\t0\t00000000\n",
        "eth0\t00000000\t0101A8C000\t0003\t0\t0\t0\t00000000\n", "\n\n\n", "\t\t\t\t\t\t\t\t\n",
    ])
    func `no gateway, no route`(lines: String) {
        #expect(DefaultRoute(table: Self.head + lines) == nil)
        #expect(DefaultRoute(table: lines) == nil)
    }
}

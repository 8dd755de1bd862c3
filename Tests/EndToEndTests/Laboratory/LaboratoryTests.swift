import Foundation
import Testing

extension EndToEnd {
    /// The real programs between NATs of the kernel, each pair of places twice: either place hosts once.
    @Suite("Between kernel NATs", .enabled(if: Laboratory.isUsable, Laboratory.needs))
    struct LaboratoryTests {
        @Test("sessions go direct where theory says so, else relayed; none fails or ends split")
        func pairs() throws {
            let pairs = [
                "open,open", "port-restricted,port-restricted", "firewall,address-restricted",
                "carrier-grade,full-cone", "full-cone,symmetric", "symmetric,port-restricted",
                "sequential,sequential", "symmetric,symmetric", "udp-blocked,port-restricted", "one-network",
                "hairpin", "no-hairpin",
            ]
            try Laboratory.run(pairs: pairs, condition: "near", sessions: 2) { rows in
                #expect(rows.count == pairs.count)
                for row in rows { row.expectWhatTheorySays() }
            }
        }
    }
}

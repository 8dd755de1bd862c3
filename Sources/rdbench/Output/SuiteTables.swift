/// The tables of the suites whose figures are their own, in the order in which they are shown.
struct SuiteTables {
    let all: [(title: String, text: String)]

    init(_ report: Report) {
        let results = report.results
        let views = results.filter { $0.suite == .vnc }
        let tables: [(String, String?)] = [
            ("Handshake", HandshakeTable(results).text), ("Time to first frame", FirstFrameTable(results).text),
            ("Transport", TransportTable(results).text), ("Keys", KeyTable(results).text),
            ("Round trips of processes", RoundTripTable(results).text), ("Files", FileTable(results).text),
            ("Views", views.isEmpty ? nil : ViewTable(views).text), ("Relay", RelayTable(results).text),
            ("Signaling", SignalingTable(results).text), ("Faults", FaultTable(results).text),
        ]
        let laboratory = report.laboratory.map { ("Laboratory, pair by pair", $0.text) }
        all = tables.compactMap { title, text in text.map { (title, $0) } } + laboratory
    }
}

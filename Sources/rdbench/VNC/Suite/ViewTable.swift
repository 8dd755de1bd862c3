/// What views cost and how soon they come, workload by workload, peer beside peer.
struct ViewTable {
    private var table = TextTable([
        ("case", .left), ("peer", .left), ("bytes per\nscreenful", .right), ("CPU ms per\nscreenful", .right),
        ("X CPU ms per\nscreenful", .right), ("bytes\nper step", .right), ("CPU ms\nper step", .right),
        ("frames\na second", .right), ("first frame\nms p50", .right), ("first frame\nbytes", .right),
        ("key to pixel\nms p50/p95", .right), ("idle CPU\n% of a core", .right), ("wake-ups\na second", .right),
        ("capture ms\np50/p95", .right),
    ])

    init(_ results: [CaseResult]) {
        var names: [String] = []
        for result in results where !names.contains(result.name) { names.append(result.name) }
        for name in names { for result in results where result.name == name { table.add(Self.cells(result)) } }
    }

    var text: String { table.text }

    private static func cells(_ result: CaseResult) -> [String] {
        func number(_ name: String) -> String { result.measures[name]?.double.map(Figure.short) ?? "" }
        let first = result.measures["first_frame_ms"]?["p50"]?.double.map(Figure.short) ?? ""
        func pair(_ name: String) -> String { result.measures[name]?.pair ?? "" }
        let idle = result.measures["idle_cpu"]?.double.map { Figure.short($0 * 100) } ?? ""
        return [
            result.name, result.measures["peer"]?.text ?? ViewPeer.beeline.name, number("bytes_per_screenful"),
            number("cpu_ms_per_screenful"), number("display_cpu_ms_per_screenful"), number("bytes_per_step"),
            number("cpu_ms_per_step"), number("frames_per_s"), first, number("first_frame_bytes"), pair("key_ms"), idle,
            number("wake_ups_per_s"), pair("capture_ms"),
        ]
    }
}

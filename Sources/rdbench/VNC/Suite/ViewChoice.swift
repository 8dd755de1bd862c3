/// What of the vnc suite was asked for.
struct ViewChoice: Sendable {
    var peers = ViewPeer.byDefault
    var workloads = ViewWorkload.allCases
    var links = BenchLink.allCases
}

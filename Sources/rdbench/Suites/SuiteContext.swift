/// What every suite is told.
struct SuiteContext: Sendable {
    var seed: UInt64
    /// How many sessions were asked for; nil lets the suite decide.
    var sessions: Int?
    /// Whether the suites were named, one by one.
    var isByName = false
    var strategies: [Strategy]
    var lab = LabChoice()
    var views = ViewChoice()
    var relays: RelayChoice
    var signaling: SignalingChoice
    /// Bytes of each file of the files suite; nil lets it decide.
    var fileBytes: Int?
    /// Why nothing can be measured behind a slow link; nil where it can.
    var linkProblem: String?
    /// Whether to vary what the population assumes, instead of running its cases.
    var isSensitivityWanted = false
    var fixtures: FixtureFolder
    var progress: Progress
}

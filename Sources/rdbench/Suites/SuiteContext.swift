/// What every suite is told.
struct SuiteContext: Sendable {
    var seed: UInt64
    /// How many sessions were asked for; nil lets the suite decide.
    var sessions: Int?
    var strategies: [Strategy]
    var lab = LabChoice()
    var views = ViewChoice()
    var relays: RelayChoice
    var signaling: SignalingChoice
    /// Why nothing can be measured behind a slow link; nil where it can.
    var linkProblem: String?
    /// Whether to vary what the population assumes, instead of running its cases.
    var isSensitivityWanted = false
    var fixtures: FixtureFolder
    var progress: Progress
}

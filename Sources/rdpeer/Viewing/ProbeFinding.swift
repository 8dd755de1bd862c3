/// What there is to say about the pixel that is watched.
struct ProbeFinding {
    /// Red above green above blue.
    let colour: UInt32
    /// It is another one than before.
    let isChanged: Bool
    /// The whole picture is the host's newest, for the first time since the pixel changed.
    let isExact: Bool
}

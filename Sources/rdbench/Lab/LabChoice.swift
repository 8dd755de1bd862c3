/// What the laboratory is to do.
struct LabChoice: Sendable {
    var pairs = LabPair.all
    var conditions = LabCondition.byDefault
    /// Sessions at one time, few of which are on their way to their first pictures.
    var jobs = 4
}

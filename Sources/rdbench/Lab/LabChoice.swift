/// What the laboratory is to do.
struct LabChoice: Sendable {
    var pairs = LabPair.all
    var conditions = LabCondition.byDefault
}

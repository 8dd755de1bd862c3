/// What became of records.
struct AuditStatistics: Equatable, Sendable {
    var written: UInt64 = 0
    /// On the disk for certain.
    var synced: UInt64 = 0
    /// Not written: the disk was too slow or full.
    var lost: UInt64 = 0
    var rotations: UInt64 = 0
}

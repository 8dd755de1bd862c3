/// The peer's share is no valid element, or is the neutral one: the exchange must be aborted
/// (draft-irtf-cfrg-cpace-21 section 6.2, `scalar_mult_vfy`).
package struct CPaceFailure: Error, Equatable {
    package init() {}
}

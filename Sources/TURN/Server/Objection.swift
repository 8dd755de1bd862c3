import STUN

/// Why a request is refused.
struct Objection: Error {
    let code: ErrorCode

    init(_ code: ErrorCode) { self.code = code }
}

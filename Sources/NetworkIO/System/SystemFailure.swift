import Glibc

/// A system call that failed.
public struct SystemFailure: Error, Hashable, CustomStringConvertible {
    /// The call, as in its manual page.
    public let call: String
    /// Its `errno`.
    public let code: Int32

    public init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    public var description: String { "\(call): \(String(cString: strerror(code)))" }
}

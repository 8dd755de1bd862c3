import Glibc

/// A file that cannot be used, in words for its owner.
struct FileFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// A system call failed; `errno` says why.
    init(path: String, cannot verb: String, code: Int32 = errno) {
        description = "cannot \(verb) \(path): \(String(cString: strerror(code)))"
    }
}

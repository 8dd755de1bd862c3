import Glibc

/// How many descriptors the process may have.
package enum DescriptorLimit {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// What applies now.
    package static var current: Int { Int(clamping: read().rlim_cur) }

    /// How far the process may raise it.
    package static var highest: Int { Int(clamping: read().rlim_max) }

    /// Raises it as far as the system lets us, for this process and those that it starts, and says how far that is.
    package static let raised: Int = {
        var limit = read()
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
        return current
    }()

    /// It cannot fail: the resource exists, and the memory is ours.
    private static func read() -> rlimit {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return limit
    }
}

import Foundation

/// How many descriptors the process may have: each relayed address and each connection costs one.
enum DescriptorLimit {
    /// Raises the limit as far as the system lets us, and says how far that is.
    static let raised: Int = {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
        guard getrlimit(resource, &limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_cur)
    }()

    /// How many connections of relay clients it allows, so that relayed addresses and signaling have theirs whoever
    /// connects.
    static func share(wanted: Int) -> Int { max(16, min(wanted, raised / 4)) }
}

/// Why a file system did not do what was asked.
public enum DiskFault: Error, Hashable, Sendable {
    case notFound
    /// Something has the name already.
    case exists
    /// A folder, a link, a device.
    case notRegular
    /// It is not what it was when it was named.
    case changed
    case noSpace
    /// Another program or session has it.
    case busy
    /// What the system calls it.
    case failed(code: Int32)

    var transferFailure: TransferFailure {
        switch self {
        case .notFound: .notFound
        case .notRegular: .notRegular
        case .changed: .changed
        case .noSpace: .noSpace
        case .busy: .busy
        case .exists, .failed: .disk
        }
    }
}

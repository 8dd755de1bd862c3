import FileTransfer
import Glibc
import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// A session for files alone.
enum FileSession {
    static func run(
        _ machine: OtherMachine, folder: String, byteLimit: UInt64, items: () throws -> [FileTask.Item]
    ) throws {
        TerminationSignals.block()
        let connection = machine.connection
        let reporter = connection.reporter
        try LocalFaults.reported(by: reporter) {
            let target = try HostTarget.find([machine.target], connection)
            let identity = try identity(connection, isByCode: target.isByCode)
            var session = connection.session
            session.isViewOnly = true
            session.isScreenWanted = false
            session.files = FilePolicy(receives: false, sends: false, byteLimit: byteLimit)
            target.hasten(&session)
            var settings = ViewerSettings(
                target: target, trust: connection.trust, keys: identity.keys,
                tellsKey: identity.isNamed && !machine.naming.noIdentify, session: session,
                interfaces: try connection.interfaces(), isHeadless: true,
                window: WindowOptions(
                    displayName: nil, isFullScreen: false, monitor: nil, grabsKeys: false, sharesClipboard: false),
                snapshotFile: nil, snapshotMoment: .end, duration: nil, typedText: nil, probe: nil)
            settings.files = FileTask(
                items: try items(), folder: folder, byteLimit: byteLimit, isAll: true, tokenKey: identity.tokenKey)
            return try ViewerProgram(settings, reporter: reporter).run()
        }
    }

    /// With a code the host does not learn who this is, but what was begun with one code goes on with the next.
    private static func identity(
        _ connection: ConnectionOptions, isByCode: Bool
    ) throws(FileFault) -> (keys: StaticKeyPair, isNamed: Bool, tokenKey: [UInt8]) {
        let own = try IdentityFile.load(connection.identity)
        let isNamed = !isByCode || connection.identity != nil
        return (isNamed ? own : IdentityFile.ephemeral(), isNamed, own.fileTokenKey)
    }

    /// The files that somebody wants to send, as they are called from everywhere.
    static func sources(_ paths: [String]) throws(FileFault) -> [FileTask.Item] {
        var items: [FileTask.Item] = []
        for path in paths {
            guard let real = realpath(path, nil) else { throw FileFault(path: path, cannot: "send") }
            defer { free(real) }
            let whole = String(cString: real)
            var status = stat()
            guard stat(whole, &status) == 0, access(whole, R_OK) == 0 else {
                throw FileFault(path: path, cannot: "send")
            }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw FileFault("\(path) is no file. Pack a folder first, with tar or zip")
            }
            guard whole.split(separator: "/").last.flatMap({ FileName(String($0)) }) != nil else {
                throw FileFault(
                    "\(path): the other side does not take this name (no control characters, no dot or hyphen in front, "
                        + "at most \(FileName.maximumBytes) bytes). Rename the file")
            }
            items.append(.send(whole))
        }
        return items
    }
}

import Dispatch
import Foundation
import Logging
import ProgramSupport

/// Has files read again when they change, and when SIGHUP comes: who renews a certificate or changes the policy need not
/// restart anything. Files that cannot be used are told of, and change nothing.
///
/// All that changes is touched on its own queue alone.
final class FileWatch: @unchecked Sendable {
    private static let lookSeconds = 2.0

    private let paths: [String]
    private let subject: String
    private let logger: Logger
    private let reload: @Sendable () throws -> Void
    private let hangUp: any DispatchSourceSignal
    private let timer: any DispatchSourceTimer
    /// The files that were read last, and those of the last look.
    private var known: [FileLook]
    private var seen: [FileLook]

    /// - Parameters:
    ///   - subject: what the files are, such as "certificate".
    ///   - reload: reads the files again, or throws why they cannot be used.
    init(_ paths: [String], subject: String, reload: @escaping @Sendable () throws -> Void) {
        self.paths = paths
        self.subject = subject
        logger = Logger(label: subject)
        self.reload = reload
        known = paths.map(FileLook.init)
        seen = known
        let queue = DispatchQueue(label: subject)
        signal(SIGHUP, SIG_IGN)
        hangUp = DispatchSource.makeSignalSource(signal: SIGHUP, queue: queue)
        timer = DispatchSource.makeTimerSource(queue: queue)
        hangUp.setEventHandler { [weak self] in self?.read() }
        timer.setEventHandler { [weak self] in self?.look() }
        timer.schedule(deadline: .now() + Self.lookSeconds, repeating: Self.lookSeconds)
        hangUp.resume()
        timer.resume()
    }

    func stop() {
        hangUp.cancel()
        timer.cancel()
    }

    /// Two files are not replaced at one moment: both have to stay what they are from one look to the next.
    private func look() {
        let now = paths.map(FileLook.init)
        defer { seen = now }
        if now != known, now == seen { read() }
    }

    private func read() {
        known = paths.map(FileLook.init)
        do {
            try reload()
            logger.notice(
                "The \(subject) was read again, and holds for whoever comes now.", metadata: ["file": "\(paths[0])"])
        } catch {
            logger.error(
                "The new \(subject) cannot be used; the one before it stays.", metadata: ["reason": "\(error)"])
        }
    }
}

import Foundation
import Logging
import NetworkIO
import ServiceLifecycle
import UnixSignals

/// A server's life: announced, served, drained, stopped.
struct ServerRun {
    let service: ServerService
    let options: ServerOptions

    func run() async throws {
        let logger = Logger(label: "rdserver")
        let served = ServedLife(service: service, options: options, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: served, successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm], cancellationSignals: [.sigint], logger: logger))
        do { try await group.run() } catch is CancellationError {}
        service.stop()
        logger.info("stopped")
        if !options.isJSON { print("rdserver: stopped") }
    }
}

/// What runs until somebody ends it: SIGTERM lets it drain, a second one and SIGINT end it at once.
private struct ServedLife: Service, CustomStringConvertible {
    /// Its name in log lines; its options hold a secret.
    let description = "server"
    let service: ServerService
    let options: ServerOptions
    let logger: Logger
    private let manager = ServiceManager(socket: ProcessInfo.processInfo.environment["NOTIFY_SOCKET"])

    func run() async throws {
        // Before anybody is told that it is there, so that no signal is missed.
        let signals = await UnixSignalsSequence(trapping: .sigterm)
        Announcement(service: service, isJSON: options.isJSON).write()
        manager?.tell("READY=1\nSTATUS=Serving \(service.url)")
        logger.info("listening", metadata: ["url": "\(service.url)"])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await Self.second(of: signals) }
            group.addTask { await drained() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits for the second signal.
    private static func second(of signals: UnixSignalsSequence) async {
        var count = 0
        for await _ in signals {
            count += 1
            if count == 2 { return }
        }
    }

    /// Waits for the first, then for the end of what it would cut short.
    private func drained() async {
        do { try await gracefulShutdown() } catch { return }
        manager?.tell("STOPPING=1\nSTATUS=Draining: nobody new is let in")
        logger.info("draining", metadata: ["seconds": "\(options.drainSeconds)"])
        service.drain()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(options.drainSeconds)
        while clock.now < end, !Task.isCancelled {
            let (sessions, introductions) = service.unfinished
            if sessions == 0, introductions == 0 { return logger.info("drained") }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
        let left = service.unfinished
        logger.notice(
            "drained for as long as it may",
            metadata: ["sessions": "\(left.sessions)", "introductions": "\(left.introductions)"])
    }
}

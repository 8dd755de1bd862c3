import Glibc
import Rendezvous
import WireFormat

/// Connections that somebody else made or accepted.
extension StreamEngine {
    /// A connection that somebody else is making.
    struct Expected {
        let framing: StreamFraming
        let precedence: StreamPrecedence
        let completion: (Result<Path, StreamFailure>) -> Void
    }

    /// Notes that a connection is being made elsewhere.
    ///
    /// - Returns: its number; nil if there are too many, of which the completion tells in the next turn.
    func expect(
        framing: @escaping StreamFraming, precedence: @escaping StreamPrecedence,
        completion: @escaping (Result<Path, StreamFailure>) -> Void
    ) -> UInt64? {
        guard connections.count + expected.count < configuration.connectionLimit else {
            complete { completion(.failure(.tooMany)) }
            // The loop would otherwise sleep on it.
            note(BootClock.now)
            return nil
        }
        nextExpected += 1
        expected[nextExpected] = Expected(framing: framing, precedence: precedence, completion: completion)
        return nextExpected
    }

    /// A connection that was being made elsewhere is there, or failed.
    @usableFromInline
    func conclude(_ number: UInt64, _ result: Result<StreamHandover, StreamFailure>) {
        guard let entry = expected.removeValue(forKey: number) else { return }
        do throws(StreamFailure) {
            let handover = try result.get()
            try take(handover, source: nil, phase: .open, entry.framing, entry.precedence)
            statistics.opened += 1
            complete { entry.completion(.success(handover.path)) }
        } catch {
            statistics.failedToOpen += 1
            complete { entry.completion(.failure(error)) }
        }
    }

    /// Takes a connection that was accepted elsewhere, within the limits for those accepted here.
    func adopt(_ handover: StreamHandover, framing: @escaping StreamFraming, precedence: @escaping StreamPrecedence) {
        let source = SourceNetwork(handover.path.remote.ip)
        guard connections.count < configuration.connectionLimit else {
            statistics.refusedByLimit += 1
            return
        }
        guard sourceCounts[source, default: 0] < configuration.connectionsPerSource else {
            statistics.refusedBySource += 1
            return
        }
        let patience = BootClock.now + configuration.firstFramePatience
        guard (try? take(handover, source: source, phase: .fresh(until: patience), framing, precedence)) != nil else {
            return
        }
        statistics.accepted += 1
    }

    private func take(
        _ handover: StreamHandover, source: SourceNetwork?, phase: StreamConnection.Phase,
        _ framing: @escaping StreamFraming, _ precedence: @escaping StreamPrecedence
    ) throws(StreamFailure) {
        let now = BootClock.now
        let connection = StreamConnection(
            phase: phase, source: source, framing: framing, precedence: precedence, now: now)
        connection.socket = StreamSocket(owning: handover.take())
        connection.path = handover.path
        if source != nil { connection.trialAt = now + configuration.trial }
        do throws(SystemFailure) { try watch(connection, for: .readable) } catch { throw .system(error) }
        insert(connection)
    }
}

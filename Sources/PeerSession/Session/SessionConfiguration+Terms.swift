import ICE
import Rendezvous
import WireFormat

extension SessionConfiguration {
    /// What is left of it under the terms of a server's policy. They can take away and give nothing: of a server's word
    /// and our own the stricter counts.
    ///
    /// - Throws: why nothing is left.
    func held(to terms: SessionTerms, isHost: Bool) throws(Reason) -> SessionConfiguration {
        var configuration = self
        switch (terms.way, policy) {
        case (.any, _): break
        case (.relayOnly, .directOnly), (.directOnly, .relayOnly): throw .pathForbidden
        case (.relayOnly, .all), (.relayOnly, .relayOnly): configuration.policy = .relayOnly
        case (.directOnly, .all), (.directOnly, .directOnly): configuration.policy = .directOnly
        }
        guard isHost else { return configuration }
        if terms.isRecorded, !isRecording { throw .recordingRequired }
        if let limit = terms.timeLimit { configuration.timeLimit = min(limit, timeLimit ?? limit) }
        return configuration
    }

    /// Whether it goes no way that the terms forbid.
    func keeps(to terms: SessionTerms) -> Bool {
        switch terms.way {
        case .any: true
        case .relayOnly: policy == .relayOnly
        case .directOnly: policy == .directOnly
        }
    }
}

import Foundation
import NetworkIO
import Synchronization

/// Answers what an operator, a load balancer or a monitoring system asks.
final class OperatorDesk: Sendable {
    private struct Weak: Sendable { weak let service: ServerService? }

    private let service = Mutex<Weak?>(nil)
    private let url: String

    /// - Parameter url: where peers go.
    init(url: String) { self.url = url }

    /// From here on there is something to say.
    func serve(_ service: ServerService) { self.service.withLock { $0 = Weak(service: service) } }

    func page(_ path: String) -> Page? {
        guard let service = service.withLock({ $0?.service }) else {
            return Page(status: 503, body: Array("starting\n".utf8))
        }
        switch path {
        case "/healthz": return Page(body: Array("ok\n".utf8))
        case "/readyz":
            let isReady = !service.hasBegunToDrain
            return Page(
                status: isReady ? 200 : 503, body: Array((isReady ? "ready\n" : "draining\n").utf8))
        case "/metrics":
            let figures = service.figures
            let text = service.observed { Metrics.text(figures, $0) }
            return Page(contentType: MetricsText.contentType, body: Array(text.utf8))
        case "/":
            let figures = service.figures
            let page = service.observed { OperatorPage(url: url, figures: figures, observations: $0, now: Date()) }
            return Page(contentType: "text/html; charset=utf-8", body: Array(page.text.utf8))
        default: return nil
        }
    }
}

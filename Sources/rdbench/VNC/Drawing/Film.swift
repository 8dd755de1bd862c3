import Foundation
import Synchronization

/// Shows the frames of a film at its pace, on a thread of its own. Nobody else may draw until it is stopped.
final class Film: @unchecked Sendable {
    private let drawing: VideoDrawing
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    init(_ drawing: VideoDrawing) {
        self.drawing = drawing
        Thread.detachNewThread { [self] in
            let start = ProcessorClock.wallSeconds
            var number = 0
            while !isStopped.load(ordering: .relaxed) {
                self.drawing.show(number)
                number += 1
                let due = start + Double(number) / Double(VideoDrawing.framesPerSecond) - ProcessorClock.wallSeconds
                if due > 0 { usleep(UInt32(due * 1e6)) }
            }
            ended.signal()
        }
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        ended.wait()
    }
}

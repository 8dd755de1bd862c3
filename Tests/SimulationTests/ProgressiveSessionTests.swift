import PeerSession
import ScreenCodec
import Testing
import WireFormat
import rdbench

/// What moves is shown coarsely by whole sessions too, and is exact soon after it rests, with nobody to wake them.
@Suite struct ProgressiveSessionTests {
    private static let film = PhotoPicture(width: 256, height: LiveSession.height, seed: 5).pixels()

    /// A part of the film, further to the right in each frame, and every other one mirrored, so that none is made of moved
    /// parts of the one before.
    private func frame(_ number: Int) -> [UInt32] {
        (0..<LiveSession.height).flatMap { y in
            (0..<LiveSession.width).map { x in
                let column = number.isMultiple(of: 2) ? x : LiveSession.width - 1 - x
                return Self.film[y * 256 + column + number * 3]
            }
        }
    }

    @Test func `a film too large for the path is coarse while it runs and exact when it has stopped`() throws {
        // A frame's exact pixels are about 10 KB, and there is a frame each 40 ms.
        var narrow = Fixture.side([])
        narrow.link.up.bytesPerSecond = 150_000
        let live = try LiveSession(seed: 4, host: narrow, viewer: Fixture.side([]))
        let start = live.run(atMost: .seconds(10)) { $0.isAtRest }
        try #require(start != nil)
        var coarse: [Int] = []
        for number in 0..<30 {
            live.show(frame(number))
            live.run(for: LiveSession.slice * 2)
            coarse.append(live.viewer.peer.session.screen.decoder.coarseCount)
        }
        // Of 24 tiles, after the frames that it takes to see that they move, and that their exact pixels come late.
        #expect(coarse.suffix(8).allSatisfy { $0 > 12 }, "\(coarse)")
        #expect(!live.viewer.peer.session.screen.isExact)
        // A hot tile cools for 400 ms; a ping would come after a second.
        let rest = live.run(atMost: .milliseconds(700)) { $0.isAtRest }
        #expect(rest != nil)
        #expect(live.viewer.peer.session.screen.exactShare == 1)
    }

    @Test func `a film is exact in every frame where the path takes it`() throws {
        let live = try LiveSession(seed: 4, host: Fixture.side([]), viewer: Fixture.side([]))
        let start = live.run(atMost: .seconds(10)) { $0.isAtRest }
        try #require(start != nil)
        for number in 0..<30 {
            live.show(frame(number))
            live.run(for: LiveSession.slice * 2)
            if number >= 15 { #expect(live.viewer.peer.session.screen.isExact, "frame \(number)") }
        }
    }
}

import PeerSession
import ScreenCodec
import WireFormat

/// Writes pictures of a recording at even moments, where they differ from the one before.
final class FrameFolder {
    private let folder: String
    private let period: Interval
    private var next = Interval.zero
    private(set) var writtenCount = 0

    init(_ folder: String, perSecond: Double) throws(FileFault) {
        self.folder = folder
        period = .nanoseconds(Int64(1_000_000_000 / perSecond))
        try ConfigurationFolder.makeFolders(for: folder + "/frame")
    }

    /// Writes what was to be seen at the moments before this one.
    func advance(to moment: Interval, _ player: inout RecordingPlayer) throws(FileFault) {
        guard moment > next else { return }
        // Nothing changed between the event before and this one: one picture for all moments in between.
        try write(&player, at: next)
        next = next + period * ((moment - next).nanoseconds / period.nanoseconds + 1)
    }

    func finish(_ player: inout RecordingPlayer) throws(FileFault) { try write(&player, at: player.position) }

    private func write(_ player: inout RecordingPlayer, at moment: Interval) throws(FileFault) {
        var isChanged = false
        player.takeDamage { _ in isChanged = true }
        let decoder = player.decoder
        guard isChanged, decoder.width > 0 else { return }
        try PictureFile.write(
            decoder.pixels, width: decoder.width, height: decoder.height, to: "\(folder)/\(Self.name(moment))",
            isPrivate: true)
        writtenCount += 1
    }

    /// Such as 000075.250.png, in seconds.
    private static func name(_ moment: Interval) -> String {
        let milliseconds = moment.nanoseconds / 1_000_000
        func padded(_ number: Int64, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(milliseconds / 1_000, 6)).\(padded(milliseconds % 1_000, 3)).png"
    }
}

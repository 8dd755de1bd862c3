import PeerSession
import ScreenCodec
import Transport
import WireFormat

/// The picture that the first frames show, and what it takes on the wire at least.
package struct FirstPicture: Sendable {
    let picture: HostPicture
    /// With all headers, of the datagrams that show every part of it at 28 dB or better.
    let wireBytes: Int
    let datagrams: Int

    package init(seed: UInt64) {
        let picture = HostPicture.test(width: 640, height: 480, seed: seed)
        let configuration = Connection.Configuration()
        let overhead = configuration.recordOverheadBytes
        var screen = ScreenSender(width: picture.width, height: picture.height)
        let all = Rectangle(x: 0, y: 0, width: picture.width, height: picture.height)
        screen.update(pixels: picture.pixels.span, stride: picture.width, damage: all)
        var (bytes, count) = (0, 0)
        while screen.isBehind {
            var isFilled = false
            let content = [UInt8](capacity: configuration.baseDatagramBytes - overhead) {
                isFilled = screen.fill(&$0, packetNumber: UInt64(count), at: .zero)
            }
            guard isFilled else { break }
            bytes += content.count + overhead + Bottleneck.headerBytes
            count += 1
        }
        self.picture = picture
        wireBytes = bytes
        datagrams = count
    }
}

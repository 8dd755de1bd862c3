import FileTransfer
import NetworkSimulator
import ScreenCodec
import SecureChannel
import TURN
import WireFormat

/// What people and files say: whatever is understood is understood again from its own description.
func fuzzText(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    let choice = script.choice(8)
    let bytes = script.rest()
    let text = String(decoding: bytes, as: UTF8.self)
    switch choice {
    case 0: try repeats(IPAddress(text)) { IPAddress($0) }
    case 1: try repeats(TransportAddress(text)) { TransportAddress($0) }
    case 2: try repeats(ConnectionCode(text)) { ConnectionCode($0) }
    case 3: try repeats(PublicKey(text)) { PublicKey($0) }
    case 4:
        guard let range = AddressRange(text) else { return }
        try require(range.contains(range.base), "a range is without its base")
    case 5: _ = try? Population(text)
    case 7: try fuzzURIList(bytes)
    default: try fuzzScreenRecording(bytes)
    }
}

private func repeats<Value: Equatable & CustomStringConvertible>(
    _ value: Value?, _ parse: (String) -> Value?
) throws(Finding) {
    guard let value else { return }
    try require(parse(value.description) == value, "'\(value)' is not understood as itself")
}

/// Whatever files a program has copied, both forms of their list are read as they were written.
private func fuzzURIList(_ bytes: [UInt8]) throws(Finding) {
    let list = URIList.decode(bytes.span, hostName: "desk")
    try require(list.paths.count <= URIList.maximumCount, "more files than a list has")
    for path in list.paths {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        try require(path.utf8.first == UInt8(ascii: "/"), "'\(path)' is not absolute")
        try require(!parts.contains { ["", ".", ".."].contains($0) }, "'\(path)' leads elsewhere")
        try require(!path.utf8.contains(0), "'\(path)' ends before its end")
    }
    let same = URIList(list.paths)
    try require(
        URIList.decode(same.encoded.span, hostName: "") == same
            && URIList.decode(same.encodedCopy.span, hostName: "") == same, "a list is not read as it is written")
}

private func fuzzScreenRecording(_ bytes: [UInt8]) throws(Finding) {
    guard var recording = try? Recording(bytes.span) else { return }
    guard recording.width * recording.height <= 1 << 16 else { return }
    let (width, height) = (recording.width, recording.height)
    var pixels = [UInt32](repeating: 0, count: width * height)
    var isInside = true
    for _ in 0..<16 {
        var span = pixels.mutableSpan
        let isMore = try? recording.drawNext(into: &span) { area in
            isInside = isInside && area.x >= 0 && area.y >= 0 && area.right <= width && area.bottom <= height
        }
        guard isMore == true else { break }
    }
    try require(isInside, "a rectangle lies outside of the screen")
}

func textSeeds() -> [[UInt8]] {
    var random = SeededRandom(seed: 1)
    let key = StaticKeyPair(random: &random).publicKey.description
    let texts: [(UInt8, String)] = [
        (0, "192.0.2.1"), (0, "2001:db8::1"), (0, "::ffff:192.0.2.1"), (0, "1:2:3:4:5:6:7:8"), (0, "fe80::"),
        (1, "192.0.2.1:3478"), (1, "[2001:db8::1]:443"), (2, "7-crossover-clockwork"), (2, "12 crossover clockwork"),
        (3, key), (3, key.lowercased()), (4, "10.0.0.0/8"), (4, "fc00::/7"), (4, "192.0.2.7"),
        (7, "# copied\r\nfile:///home/a%20b\r\nfile://desk/c/\r\nhttp://desk/d\r\n"),
        (7, "copy\nfile:///%C3%BC\nfile:/b"),
        (
            5,
            """
            # comment
            place\thome\t0.5\thome,carrier\t0.46\t0.30\tfixed
            nat\thome\t0.62\tendpoint\taddress-port\tpreserving\toff\t180
            nat\tcarrier\t0.15\taddress-port\taddress\tsequential\texternal\t40
            access\tfixed\t0.45\t6\t1\t0.0005\t40\t250\t256
            """
        ),
    ]
    let recording: [UInt8] =
        Array("BLTRACE1".utf8) + [0, 4, 0, 2, 0, 1] + [0, 1] + [
            0, 1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 6, 1, 2, 3, 4, 5, 6,
        ]
    return texts.map { [$0.0] + Array($0.1.utf8) } + [[6] + recording]
}

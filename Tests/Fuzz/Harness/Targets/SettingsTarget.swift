import PortMapping
import Rendezvous
import SecureChannel
import WireFormat

/// What the owner of a machine types, and files of its own.
func fuzzSettings(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    let choice = script.choice(4)
    let text = String(decoding: script.rest(), as: UTF8.self)
    switch choice {
    case 0: try fuzzURL(text)
    case 1:
        try fuzzPolicy(text)
        guard let list = try? KeyList(text) else { return }
        try require(Set(list.keys).count == list.keys.count, "a key is listed twice")
        let again = try? KeyList(list.keys.map(\.description).joined(separator: "\n"))
        try require(again?.keys == list.keys, "a list of keys is not understood as itself")
    case 2:
        guard let keys = StaticKeyPair(text: text) else { return }
        let again = StaticKeyPair(text: "# a comment\n\(keys.secretText)\n")
        try require(again?.publicKey == keys.publicKey, "a secret is not understood as itself")
    default:
        guard let gateway = DefaultRoute(table: text)?.gateway else { return }
        try require(gateway.isIPv4, "a gateway of another family")
    }
}

private func fuzzURL(_ text: String) throws(Finding) {
    guard let url = try? SignalingURL(text) else { return }
    let again = try? SignalingURL(url.description)
    try require(again == url, "'\(url)' is not understood as itself")
    let isPlain = url.hostField.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
    try require(isPlain && url.port > 0, "'\(url.hostField)' is no field of HTTP")
}

/// Whatever a policy says, it says the same of everybody each time, and asks for nobody twice.
private func fuzzPolicy(_ text: String) throws(Finding) {
    let policy = try? AccessPolicy(text) { PublicKey($0).flatMap { HostIdentifier($0.bytes) } }
    guard let policy, let room = RoomNumber(1), let host = HostIdentifier([UInt8](repeating: 1, count: 32)) else {
        return
    }
    for venue in [Venue.room(room), .host(host)] {
        let untold = policy.verdict(on: venue, for: .untold)
        try require(untold != .viewerWanted, "a viewer is asked again")
        try require(policy.verdict(on: venue, for: .proven(host)) != .viewerWanted, "a viewer is asked again")
        guard case .allowed(let terms, _) = untold else { continue }
        try require(terms.way == .directOnly || policy.mayRelay(to: venue), "a relay is allowed and not to be had")
        try require(terms.isEmpty || (try? SessionTerms(terms.description)) == terms, "terms are not as written")
    }
}

func settingsSeeds() -> [[UInt8]] {
    var random = SeededRandom(seed: 1)
    let keys = StaticKeyPair(random: &random)
    let texts: [(UInt8, String)] = [
        (0, "ws://127.0.0.1:8470/"), (0, "wss://example.org"), (0, "wss://[2001:db8::1]:9/a/b/"), (0, "ws://a:+80"),
        (1, "# friends\n\(keys.publicKey) laptop\n\n\(keys.publicKey)\n"), (1, "nobody"),
        (1, "view-only,time=30m \(keys.publicKey) desk"),
        (
            1,
            "group staff\n  \(keys.publicKey) laptop\nallow staff to codes relay-only,recorded,time=8h\n"
                + "deny anyone to staff\ndefault allow direct-only\n"
        ),
        (2, "# secret\n\(keys.secretText)\n"), (2, String(keys.secretText.dropLast())),
        (
            3,
            """
            Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
            eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
            eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
            """
        ),
    ]
    return texts.map { [$0.0] + Array($0.1.utf8) }
}

import PortMapping
import WireFormat

private let host = IPAddress.v4(0xC0A8_0102)
private let gateway = IPAddress.v4(0xC0A8_0101)
private let control = TransportAddress(ip: host, port: 40_000)
private let request = MappingRequest(
    controlSocket: control, gateway: gateway, internalPort: 5_000, suggestedPort: 6_000, lifetime: .seconds(7_200))

private struct MapperSubject: Subject {
    var mapper: PortMapper

    mutating func take(_ datagram: [UInt8], on path: Path, at now: Instant) {
        try? mapper.receive(datagram.span, on: path, at: now)
    }

    mutating func advance(to now: Instant) { mapper.advance(to: now) }
    var nextDeadline: Instant? { mapper.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        mapper.pollTransmit(into: &packet, at: now)
    }

    mutating func drainEvents(at now: Instant) { while mapper.pollEvent() != nil {} }
}

private func makeStage() throws(Finding) -> Stage<MapperSubject> {
    var stage = Stage(MapperSubject(mapper: PortMapper(request, random: SeededRandom(seed: 1))))
    try stage.act { subject, now in subject.mapper.start(at: now) }
    return stage
}

/// A gateway's answers to PCP and NAT-PMP: its own requests turned into answers, and anything else.
func fuzzGateway(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    var stage = try makeStage()
    let path = Path(local: control, remote: TransportAddress(ip: gateway, port: 5_351))
    for _ in 0..<Stage<MapperSubject>.stepLimit where !script.isAtEnd {
        switch script.choice(6) {
        case 0: try stage.takeCommonStep(&script)
        case 1: try stage.deliver(script.chunk(), on: path)
        case 2: try stage.act { subject, now in subject.mapper.stop(at: now) }
        case 3: try stage.act { subject, now in subject.mapper.start(at: now) }
        default: try stage.deliver(answer(&script, stage.lastSent(script.choice(8))), on: path)
        }
    }
}

/// One of the requests with the answer bit set and a tail of the script's.
private func answer(_ script: inout Script, _ request: Sent?) -> [UInt8] {
    var bytes = request?.bytes ?? []
    let keep = Int(script.byte())
    bytes = Array(bytes.prefix(keep))
    if bytes.count > 1 { bytes[1] |= 0x80 }
    for index in 2..<8 where index < bytes.count { bytes[index] = script.byte() }
    return bytes + script.chunk()
}

/// Grants, refusals, a restart, an announcement.
func gatewaySeeds() -> [[UInt8]] {
    let grant: [UInt8] = [4, 1, 44, 0, 0, 0, 0, 0x1C, 0x20, 0]
    // NAT-PMP: version, operation, result, seconds since the start, then address or ports and lifetime.
    let address: [UInt8] = [1, 12, 0, 128, 0, 0, 0, 0, 1, 0, 5, 5, 5, 5]
    let port: [UInt8] = [1, 16, 0, 129, 0, 0, 0, 0, 1, 1, 0x13, 0x88, 0x17, 0x70, 0, 0, 0x1C, 0x20]
    // PCP's ANNOUNCE.
    let announce: [UInt8] = [1, 24, 2, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 12)
    let wait: [UInt8] = [0, 2, 0x0E, 0x10]
    let unsupported: [UInt8] = [1, 8, 0, 128, 0, 1, 0, 0, 0, 1]
    return [
        grant + wait + grant + [2] + grant, address + port + wait + port + [2], unsupported + address + port,
        announce + grant + announce, [4, 0, 60, 1, 0, 0, 0, 0, 0, 20] + [UInt8](repeating: 0, count: 20),
    ]
}

/// What a gateway says in SSDP, HTTP and XML: whole answers and pieces of them.
func fuzzUPnP(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    var stage = try makeStage()
    for _ in 0..<Stage<MapperSubject>.stepLimit where !script.isAtEnd {
        switch script.choice(6) {
        case 0: try stage.takeCommonStep(&script)
        case 1:
            let path = Path(local: control, remote: TransportAddress(ip: gateway, port: 1_900))
            try stage.deliver(script.chunk(), on: path)
        case 2: try streamEnds(&stage, isOrderly: true)
        case 3: try streamEnds(&stage, isOrderly: false)
        case 4:
            try stage.act { subject, now in
                script.byte() & 1 == 0 ? subject.mapper.stop(at: now) : subject.mapper.start(at: now)
            }
        default:
            guard let path = openStream(stage) else { continue }
            try stage.deliver(script.chunk(), on: path)
        }
    }
}

private func openStream(_ stage: Stage<MapperSubject>) -> Path? {
    (0..<16).lazy.compactMap { stage.lastSent($0)?.path }.first { $0.transport == .tcp }
}

private func streamEnds(_ stage: inout Stage<MapperSubject>, isOrderly: Bool) throws(Finding) {
    guard let path = openStream(stage) else { return }
    try stage.act { subject, now in
        if isOrderly {
            subject.mapper.streamEnded(on: path, at: now)
        } else {
            subject.mapper.streamFailed(on: path, at: now)
        }
    }
}

/// A whole conversation, by Content-Length, by chunks and until the end of the stream.
func upnpSeeds() -> [[UInt8]] {
    let service = "urn:schemas-upnp-org:service:WANIPConnection:"
    func search(_ version: Int) -> [UInt8] {
        let target = "urn:schemas-upnp-org:device:InternetGatewayDevice:\(version)"
        return piece(1, "HTTP/1.1 200 OK\r\nLOCATION: http://192.168.1.1:5000/d.xml\r\nST: \(target)\r\n\r\n")
    }
    func piece(_ step: UInt8, _ text: String) -> [UInt8] {
        ScriptWriter.write { writer in
            writer.byte(step)
            writer.chunk([UInt8](text.utf8))
        }
    }
    func description(_ version: Int) -> String {
        "<?xml version=\"1.0\"?><root><!-- a --><URLBase>http://192.168.1.1:5000</URLBase><device><serviceList><service>"
            + "<serviceType>\(service)\(version)</serviceType><controlURL>/c?a=1&amp;b=&#50;</controlURL></service>"
            + "</serviceList></device></root>"
    }
    func soap(_ inside: String) -> String {
        "<s:Envelope xmlns:s=\"x\"><s:Body><u:R xmlns:u='y'>\(inside)</u:R></s:Body></s:Envelope>"
    }
    func length(_ body: String, status: Int = 200) -> [UInt8] {
        piece(5, "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
    func chunked(_ body: String) -> [UInt8] {
        let size = String(body.utf8.count, radix: 16)
        return piece(5, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(size);a=b\r\n\(body)\r\n0\r\n\r\n")
    }
    func untilEnd(_ body: String) -> [UInt8] { piece(5, "HTTP/1.0 200 OK\r\n\r\n\(body)") + [2] }
    let address = soap("<NewExternalIPAddress>5.5.5.5</NewExternalIPAddress>")
    let fault = soap("<s:Fault><detail><UPnPError><errorCode>718</errorCode></UPnPError></detail></s:Fault>")
    let reserved = soap("<NewReservedPort><![CDATA[7000]]></NewReservedPort>")
    let wait: [UInt8] = [0, 2, 0x0E, 0x10]
    return [
        search(1) + length(description(1)) + length(address) + length(soap("")) + wait + length(address) + [4, 0]
            + length(soap("")),
        search(2) + chunked(description(2)) + chunked(address) + chunked(reserved) + [4, 0, 3],
        search(1) + untilEnd(description(1)) + untilEnd(address) + length(fault, status: 500) + untilEnd(soap("")),
    ]
}

import WireFormat

/// A UPnP gateway in the manner of those in homes: description, SOAP actions, faults; written for these tests.
final class UPnPGateway {
    var version = 1
    var port: UInt16 = 49_000
    var onlyPermanentLeases = false
    var taken: Set<UInt16> = []
    var external = "5.5.5.5"
    var isChunked = false
    var untilClose = false
    var extraElements = ""
    private(set) var mappings: [UInt16: (lease: Int, internalPort: Int, label: String)] = [:]
    private(set) var actions: [String] = []

    var location: String { "http://192.168.1.1:\(port)/root/desc.xml" }

    func searchAnswer(_ search: String) -> String? {
        guard search.hasPrefix("M-SEARCH * HTTP/1.1\r\n"),
            search.contains("ST: urn:schemas-upnp-org:device:InternetGatewayDevice:\(version)\r\n")
        else { return nil }
        return "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\n"
            + "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:\(version)\r\nEXT:\r\nLOCATION: \(location)\r\n\r\n"
    }

    func answer(_ request: String) -> String {
        guard let end = request.range(of: "\r\n\r\n") else { return http(400, "") }
        let body = String(request[end.upperBound...])
        if request.hasPrefix("GET /root/desc.xml HTTP/1.1\r\n") { return http(200, description) }
        guard request.hasPrefix("POST /ctl/IPConn HTTP/1.1\r\n") else { return http(404, "") }
        return answerAction(body)
    }

    private func answerAction(_ body: String) -> String {
        for action in ["GetExternalIPAddress", "AddPortMapping", "AddAnyPortMapping", "DeletePortMapping"]
        where body.contains("<u:\(action) ") {
            actions.append(action)
            switch action {
            case "GetExternalIPAddress":
                return result(action, "<NewExternalIPAddress>\(external)</NewExternalIPAddress>")
            case "DeletePortMapping":
                guard mappings.removeValue(forKey: UInt16(value("NewExternalPort", body)) ?? 0) != nil else {
                    return fault(714)
                }
                return result(action, "")
            default: return add(action, body)
            }
        }
        return fault(401)
    }

    private func add(_ action: String, _ body: String) -> String {
        if action == "AddAnyPortMapping", version < 2 { return fault(401) }
        var port = UInt16(value("NewExternalPort", body)) ?? 0
        let lease = Int(value("NewLeaseDuration", body)) ?? -1
        if onlyPermanentLeases, lease != 0 { return fault(725) }
        if taken.contains(port) {
            if action == "AddPortMapping" { return fault(718) }
            port += 1
        }
        mappings[port] = (lease, Int(value("NewInternalPort", body)) ?? 0, value("NewPortMappingDescription", body))
        return result(action, action == "AddAnyPortMapping" ? "<NewReservedPort>\(port)</NewReservedPort>" : "")
    }

    private func value(_ name: String, _ body: String) -> String {
        guard let start = body.range(of: "<\(name)>"), let end = body.range(of: "</\(name)>") else { return "" }
        return String(body[start.upperBound..<end.lowerBound])
    }

    private var serviceType: String { "urn:schemas-upnp-org:service:WANIPConnection:\(version)" }

    private var description: String {
        """
        <?xml version="1.0"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0" configId="1"><specVersion><major>1</major></specVersion>
        <device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:\(version)</deviceType>
        <friendlyName>Box &amp; more</friendlyName>\(extraElements)<!-- a comment -->
        <serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
        <controlURL>/ctl/L3F</controlURL></service></serviceList>
        <deviceList><device><deviceList><device><serviceList><service>
        <serviceType>\(serviceType)</serviceType><controlURL>/ctl/IPConn</controlURL><eventSubURL/>
        </service></serviceList></device></deviceList></device></deviceList></device></root>
        """
    }

    private func result(_ action: String, _ inner: String) -> String {
        let envelope =
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
            + "<u:\(action)Response xmlns:u=\"\(serviceType)\">\(inner)</u:\(action)Response></s:Body></s:Envelope>"
        return http(200, envelope)
    }

    private func fault(_ code: Int) -> String {
        http(
            500,
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
                + "<faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
                + "<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>\(code)</errorCode>"
                + "<errorDescription>no</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>")
    }

    private func http(_ status: Int, _ body: String) -> String {
        let head = "HTTP/1.1 \(status) Whatever\r\nContent-Type: text/xml\r\nConnection: close\r\n"
        if untilClose { return head + "\r\n" + body }
        if isChunked {
            let middle = body.utf8.count / 2
            let first = String(decoding: Array(body.utf8)[..<middle], as: UTF8.self)
            let second = String(decoding: Array(body.utf8)[middle...], as: UTF8.self)
            let chunks = [first, second].filter { !$0.isEmpty }.map {
                "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n"
            }
            return head + "Transfer-Encoding: chunked\r\n\r\n" + chunks.joined() + "0\r\n\r\n"
        }
        return head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    }
}

extension String {
    /// The first occurrence, without Foundation.
    func range(of pattern: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(pattern) { return start..<index(start, offsetBy: pattern.count) }
            start = index(after: start)
        }
        return nil
    }
}

/// A call of a gateway's action (UPnP Device Architecture, section 3.2.1).
struct SOAPRequest {
    var service: UPnPService
    var action: String
    /// In the order that the service's definition gives.
    var arguments: [(name: String, value: String)] = []

    /// The whole HTTP request.
    var text: String {
        let body = self.body
        return """
            POST \(service.control.path) HTTP/1.1\r
            Host: \(service.control.server)\r
            Content-Type: text/xml; charset="utf-8"\r
            Content-Length: \(body.utf8.count)\r
            SOAPAction: "\(service.type)#\(action)"\r
            Connection: close\r
            \r
            \(body)
            """
    }

    private var body: String {
        let inner = arguments.map { "<\($0.name)>\(Self.escaped($0.value))</\($0.name)>" }.joined()
        return "<?xml version=\"1.0\"?>\n"
            + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
            + "s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>"
            + "<u:\(action) xmlns:u=\"\(service.type)\">\(inner)</u:\(action)></s:Body></s:Envelope>\n"
    }

    /// Printable ASCII only, without what XML reserves.
    static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8.prefix(64) where (0x20...0x7E).contains(byte) {
            switch byte {
            case UInt8(ascii: "&"): result += "&amp;"
            case UInt8(ascii: "<"): result += "&lt;"
            case UInt8(ascii: ">"): result += "&gt;"
            default: result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return result
    }
}

/// What an action returned.
struct SOAPAnswer {
    private var values: [(name: String, text: String)] = []
    private static let valueLimit = 64

    /// - Throws: `MappingFailure.malformed` if the body is not XML.
    init(_ body: [UInt8]) throws(MappingFailure) {
        var reader = XMLReader(body)
        var element = ""
        while let token = try reader.next() {
            switch token {
            case .start(let name): element = name
            case .text(let text) where values.count < Self.valueLimit: values.append((element, text))
            case .text: break
            case .end: element = ""
            }
        }
    }

    subscript(name: String) -> String? { values.first { $0.name == name }?.text }

    /// The service's own error, in a fault (section 3.2.2).
    var errorCode: Int? { self["errorCode"].flatMap { Int($0) } }
}

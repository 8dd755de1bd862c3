/// A whole response.
struct HTTPResponse: Equatable, Sendable {
    var status: Int
    var body: [UInt8]
}

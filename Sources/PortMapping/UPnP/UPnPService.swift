/// A service that maps ports, and where to post to.
struct UPnPService: Equatable, Sendable {
    var type: String
    var control: HTTPLocation

    /// Version 2 can choose a free port itself.
    var choosesPorts: Bool { type == GatewayDescription.serviceTypes[0] }
}

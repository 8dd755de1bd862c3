import WireFormat

extension BindingServer {
    /// An address of the server.
    public struct Address: Hashable, Sendable {
        /// What the driver binds sockets to, and reports as their `Path.local`.
        public var bound: IPAddress
        /// What clients see: another one behind a one-to-one NAT. Unspecified if nobody knows.
        public var advertised: IPAddress

        public init(bound: IPAddress, advertised: IPAddress? = nil) {
            self.bound = bound
            self.advertised = advertised ?? bound
        }
    }

    /// What an operator decides.
    public struct Configuration: Sendable {
        public var address: Address
        public var port: UInt16
        /// A second address of the same family; of use only with a second port.
        public var alternateAddress: Address?
        public var alternatePort: UInt16?
        /// Whether a request may get an answer longer than itself, as RFC 8489 allows: for clients that do not pad.
        public var answersShortRequests: Bool
        /// Answers from other sockets or to other ports that a source gets: on average, and at once. A run of
        /// `BehaviorDiscovery` asks for eight.
        public var changesPerSecond: Int
        public var changeBurst: Int

        public init(
            address: Address, port: UInt16, alternateAddress: Address? = nil, alternatePort: UInt16? = nil,
            answersShortRequests: Bool = false, changesPerSecond: Int = 10, changeBurst: Int = 60
        ) {
            self.address = address
            self.port = port
            self.alternatePort = alternatePort == port ? nil : alternatePort
            let isUsable =
                alternateAddress.map { $0.bound != address.bound && $0.bound.isIPv4 == address.bound.isIPv4 } ?? false
            self.alternateAddress = isUsable && self.alternatePort != nil ? alternateAddress : nil
            self.answersShortRequests = answersShortRequests
            self.changesPerSecond = changesPerSecond
            self.changeBurst = changeBurst
        }
    }

    /// Which of the server's sockets.
    struct Place: Hashable, Sendable {
        var isAlternateAddress: Bool
        var isAlternatePort: Bool
    }

    /// The sockets to bind: one, two or four.
    public var sockets: [TransportAddress] {
        configuration.places.map { configuration.local(of: $0) }
    }
}

extension BindingServer.Configuration {
    typealias Place = BindingServer.Place

    var places: [Place] {
        let addresses = alternateAddress == nil ? [false] : [false, true]
        let ports = alternatePort == nil ? [false] : [false, true]
        return addresses.flatMap { address in
            ports.map { Place(isAlternateAddress: address, isAlternatePort: $0) }
        }
    }

    func place(of local: TransportAddress) -> Place? { places.first { self.local(of: $0) == local } }

    /// Where an answer comes from whose request asked for a change; nil if there is no such socket.
    func place(_ place: Place, changedBy change: ChangeRequest) -> Place? {
        var place = place
        if change.contains(.address) {
            guard alternateAddress != nil else { return nil }
            place.isAlternateAddress.toggle()
        }
        if change.contains(.port) {
            guard alternatePort != nil else { return nil }
            place.isAlternatePort.toggle()
        }
        return place
    }

    func local(of place: Place) -> TransportAddress {
        TransportAddress(ip: address(of: place).bound, port: port(of: place))
    }

    /// The socket as clients see it; nil if its address is not known.
    func advertised(_ place: Place) -> TransportAddress? {
        let ip = address(of: place).advertised
        return ip.isUnspecified ? nil : TransportAddress(ip: ip, port: port(of: place))
    }

    /// OTHER-ADDRESS of an answer from here (RFC 5780 section 7.4).
    func other(than place: Place) -> TransportAddress? {
        self.place(place, changedBy: [.address, .port]).flatMap { advertised($0) }
    }

    /// The other port of a server with one address.
    func otherPort(than place: Place) -> UInt16? {
        guard alternateAddress == nil, let other = self.place(place, changedBy: .port) else { return nil }
        return port(of: other)
    }

    private func address(of place: Place) -> BindingServer.Address {
        place.isAlternateAddress ? alternateAddress ?? address : address
    }

    private func port(of place: Place) -> UInt16 { place.isAlternatePort ? alternatePort ?? port : port }
}

/// An object that works on a display: every one can stand in an event loop through its connection.
public protocol DisplayClient: AnyObject {
    var connection: DisplayConnection { get }
}

extension DisplayClient {
    /// For the event loop; shared by all objects of the connection.
    public var fileDescriptor: Int32 { connection.fileDescriptor }

    /// Takes all events of the connection, for all its objects; see `DisplayConnection`.
    public func processPendingEvents() throws(DisplayFailure) { try connection.processPendingEvents() }
}

/// How pixels come from the X server.
public enum CaptureMethod: String, CaseIterable, Sendable {
    /// The server copies damaged areas into a pixmap that lies in our memory: in place, any number of them a round trip.
    case sharedPixmap
    /// The server writes one area a round trip into our memory; for servers without shared pixmaps (glamor).
    case sharedImage
    /// Through the socket: remote displays.
    case socket
}

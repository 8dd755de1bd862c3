/// Why something on an X display could not be done.
public enum DisplayFailure: Error, Hashable, Sendable {
    /// No connection could be made; `name` is what was asked for, or the value of DISPLAY.
    case cannotOpen(name: String?)
    /// The server lacks an extension that this needs.
    case missingExtension(DisplayExtension)
    /// The pixels are of a kind we cannot read or write.
    case unsupportedVisual(depth: Int, bitsPerPixel: Int)
    /// The server is gone (killed, or the network to it); every object on the connection is dead.
    case connectionLost
    /// The server refused a request; the text says which.
    case refused(String)
    /// No memory, shared or our own, for pixels.
    case outOfMemory
    /// More than this room accepts; the text says of what.
    case limitExceeded(String)
}

extension DisplayFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cannotOpen(nil): "no X display: DISPLAY is not set and no display was named"
        case .cannotOpen(let name?):
            "cannot open the X display '\(name)': is DISPLAY right, does the X server run, and may this user connect "
                + "(XAUTHORITY, xhost)?"
        case .missingExtension(let missing): "the X server lacks the extension \(missing.rawValue): \(missing.purpose)"
        case .unsupportedVisual(let depth, let bitsPerPixel):
            "the display has \(depth)-bit colour in \(bitsPerPixel) bits a pixel; only true colour of 24 or 30 bits in "
                + "32-bit words of this machine's byte order is supported"
        case .connectionLost: "the connection to the X server is lost: the server ended or closed it"
        case .refused(let request): "the X server refused: \(request)"
        case .outOfMemory: "no memory for the pixels of the screen"
        case .limitExceeded(let limit): "over the limit: \(limit)"
        }
    }
}

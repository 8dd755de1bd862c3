/// How a VNC server is asked to send pixels (RFC 6143, section 7.7, and the community's registry for Tight).
enum RFBEncoding: String, CaseIterable, Sendable {
    case raw, tight, zrle

    /// What the client says that it takes, best first: this one, then CopyRect and Raw, which all servers may use.
    var numbers: [Int32] {
        let own: [Int32] =
            switch self {
            case .raw: []
            // Without JPEG quality levels Tight is lossless; compression level 1 of 9, as viewers on fast networks ask.
            case .tight: [RFBRectangle.tight, -255]
            case .zrle: [RFBRectangle.zrle]
            }
        return own + [RFBRectangle.copy, RFBRectangle.raw, RFBRectangle.lastRectangle, RFBRectangle.desktopSize]
    }
}

import CX11

/// Where an extension's events and errors begin on one server.
struct ExtensionEvents {
    var eventBase: Int32 = 0
    var errorBase: Int32 = 0

    /// `nil` when the server lacks the extension. Tells the server the version we speak, as the protocols demand.
    init?(_ wanted: DisplayExtension, on display: OpaquePointer) {
        var major: Int32 = 0
        var minor: Int32 = 0
        switch wanted {
        case .sharedMemory:
            guard XShmQueryExtension(display) != 0 else { return nil }
            eventBase = XShmGetEventBase(display)
        case .damage:
            guard XDamageQueryExtension(display, &eventBase, &errorBase) != 0 else { return nil }
            guard XDamageQueryVersion(display, &major, &minor) != 0 else { return nil }
        case .fixes:
            guard XFixesQueryExtension(display, &eventBase, &errorBase) != 0 else { return nil }
            // Regions came with version 2 of the protocol.
            guard XFixesQueryVersion(display, &major, &minor) != 0, major >= 2 else { return nil }
        case .test:
            guard XTestQueryExtension(display, &eventBase, &errorBase, &major, &minor) != 0 else { return nil }
        case .resize:
            guard XRRQueryExtension(display, &eventBase, &errorBase) != 0 else { return nil }
            guard XRRQueryVersion(display, &major, &minor) != 0 else { return nil }
        }
    }
}

import CX11

extension DisplayConnection {
    /// The monitors that make up the screen, in RandR's order; one of the whole screen where RandR knows none.
    public func monitors() throws(DisplayFailure) -> [Monitor] {
        try checkAlive()
        var found: [Monitor] = []
        if missing([.resize]).isEmpty {
            var count: Int32 = 0
            if let list = XRRGetMonitors(display, root, 1, &count) {
                defer { XRRFreeMonitors(list) }
                found = (0..<Int(max(0, count))).map { monitor(list[$0]) }
            }
            try checkAlive()
        }
        guard found.isEmpty else { return found }
        let area = Rectangle(width: Int(XDisplayWidth(display, screen)), height: Int(XDisplayHeight(display, screen)))
        return [Monitor(name: name, area: area, isPrimary: true)]
    }

    private func monitor(_ information: XRRMonitorInfo) -> Monitor {
        let name = information.name == 0 ? nil : XGetAtomName(display, information.name)
        defer { if let name { XFree(name) } }
        return Monitor(
            name: name.map { String(cString: $0) } ?? "",
            area: Rectangle(
                x: Int(information.x), y: Int(information.y), width: Int(information.width),
                height: Int(information.height)),
            isPrimary: information.primary != 0)
    }
}

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

    /// - Throws: `.refused` with the names that exist.
    func area(ofMonitor name: String) throws(DisplayFailure) -> Rectangle {
        let monitors = try monitors()
        if let found = monitors.first(where: { $0.name == name }) { return found.area }
        let names = monitors.map { "\($0.name) (\($0.area.width)x\($0.area.height))" }.joined(separator: ", ")
        throw .refused("a monitor '\(name)'; these exist: \(names)")
    }

    /// How often a second the screen shows a new picture, as RandR says; `nil` where it does not (virtual screens).
    public func refreshRateHertz() throws(DisplayFailure) -> Int? {
        try checkAlive()
        guard missing([.resize]).isEmpty, let configuration = XRRGetScreenInfo(display, root) else {
            try checkAlive()
            return nil
        }
        defer { XRRFreeScreenConfigInfo(configuration) }
        let rate = Int(XRRConfigCurrentRate(configuration))
        return rate > 0 ? rate : nil
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

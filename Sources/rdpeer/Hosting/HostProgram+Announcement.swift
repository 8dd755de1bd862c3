import SecureChannel

/// How viewers find the host, for people and for programs.
extension HostProgram {
    func show(_ code: ConnectionCode) {
        reporter.event("code", [("code", .string("\(code)"))])
        reporter.say(
            """

                \(Self.wide("\(code)"))

            Tell this code to the one person who shall see this screen, over the telephone for example. They run:
                rdpeer view --server \(settings.server) \(code)
            It serves once. Whoever has it can \(settings.session.isViewOnly ? "look" : "look and work") here until \
            you press Ctrl-C.
            """)
    }

    func show(_ key: PublicKey) {
        reporter.event("waiting", [("host_id", .string("\(key)"))])
        reporter.say(
            """
            Waiting for viewers whose keys are authorised. They run:
                rdpeer view --server \(settings.server) \(key)
            """)
    }

    /// A code to be read from across the room, in a terminal that has one size of letters only.
    private static func wide(_ code: String) -> String {
        let frame = String(repeating: "=", count: code.count * 2 + 7)
        let letters = code.uppercased().map(String.init).joined(separator: " ")
        return "\(frame)\n        \(letters)\n    \(frame)"
    }
}

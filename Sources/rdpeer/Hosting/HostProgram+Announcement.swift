import SecureChannel

/// How viewers find the host, for people and for programs.
extension HostProgram {
    func show(_ code: ConnectionCode) {
        reporter.event("code", [("code", .string("\(code)"))])
        reporter.say(
            """

                \(Self.wide("\(code)"))

            Tell this code to the one person who shall see this screen, over the telephone for example. They run:
                rdpeer view\(serverOption) \(code)\(certificateNote)
            It serves once. Whoever has it can \(settings.session.isViewOnly ? "look" : "look and work") here until \
            you press Ctrl-C.
            """)
    }

    func show(_ key: PublicKey) {
        reporter.event("waiting", [("host_id", .string("\(key)"))])
        reporter.say(
            """
            Waiting for viewers whose keys are authorised. They run:
                rdpeer view\(serverOption) \(key)\(certificateNote)
            """)
    }

    /// A server whose certificate this machine was told is to be told to the others as well.
    private var serverOption: String {
        guard let server = settings.server else { return "" }
        guard server.isSecure, case .certificates = settings.trust else { return " --server \(server)" }
        return " --server \(server) --server-certificate FILE"
    }

    private var certificateNote: String {
        guard settings.server?.isSecure == true, case .certificates(let file) = settings.trust else { return "" }
        return "\nFILE is a copy of the server's certificate, \(file) here."
    }

    /// A code that stands out; in letters as they are to be typed.
    private static func wide(_ code: String) -> String {
        let frame = String(repeating: "=", count: code.count + 8)
        return "\(frame)\n        \(code)\n    \(frame)"
    }
}

import Foundation

/// The programs that tests run.
enum Tools {
    private static let packages = [
        "Xvfb": "xvfb", "xterm": "xterm", "xdotool": "xdotool", "xwd": "x11-apps", "xlogo": "x11-apps",
        "xeyes": "x11-apps", "xclip": "xclip", "setxkbmap": "x11-xkb-utils", "xrandr": "x11-xserver-utils",
        "xsetroot": "x11-xserver-utils", "python3": "python3", "ip": "iproute2", "nft": "nftables",
        "miniupnpd": "miniupnpd-nftables", "X0tigervnc": "tigervnc-scraping-server",
        "chromium": "chromium", "systemd-analyze": "systemd",
        "nginx": "nginx", "turnserver": "coturn", "openssl": "openssl",
    ]

    /// Whether a test that needs programs of other projects shall run: where they are, and on CI, where it then fails
    /// and says what is missing.
    static func areUsable(_ programs: [String]) -> Bool {
        ProcessInfo.processInfo.environment["CI"] == "true" || programs.allSatisfy { find($0) != nil }
    }

    /// A program of this package, built beside the tests.
    static func own(_ name: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(name).path
        guard access(path, X_OK) == 0 else {
            throw Failure(
                "\(path) is missing; build it in the configuration of the tests: swift build --product \(name)")
        }
        return path
    }

    /// Another project's program.
    static func other(_ name: String) throws -> String {
        guard let path = find(name) else {
            throw Failure("\(name) is missing; install it: apt-get install \(packages[name] ?? name)")
        }
        return path
    }

    private static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        // Debian has daemons where only root's path leads.
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin"]
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

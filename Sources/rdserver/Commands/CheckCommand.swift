import ArgumentParser
import Foundation

/// Says whether the server would work, without starting it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether the server would work, without starting it.",
        discussion: """
            It takes what `rdserver run` takes, from the same places, and looks at all of it: settings, addresses, ports, \
            certificate, secret, files.

            rdserver check --config /etc/beeline/rdserver.json

            EXIT STATUS: 0 if it would work (there may be warnings), 2 if it would not.
            """)

    @OptionGroup var flags: ServerFlags

    private struct Document: Encodable {
        let findings: [Finding]
    }

    func run() throws {
        let settings = flags.settings
        let check = ServerCheck(settings, environment: ProcessInfo.processInfo.environment, now: Date())
        if settings.flag(.json) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(Document(findings: check.findings))
            try FileHandle.standardOutput.write(contentsOf: data + Data("\n".utf8))
        } else {
            for finding in check.findings { print("\(Self.mark(finding.kind)) \(finding.about): \(finding.text)") }
        }
        if check.hasErrors { throw ExitCode(2) }
    }

    private static func mark(_ kind: Finding.Kind) -> String {
        switch kind {
        case .ok: "ok     "
        case .warning: "warning"
        case .error: "ERROR  "
        }
    }
}

import ArgumentParser
import Foundation

/// Asks an audit trail.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Ask the audit trail: who met whom, when, which way, how long.",
        discussion: """
            It reads the file that --audit, BEELINE_AUDIT or the configuration file names, and the old ones beside it, \
            while the server runs or not. A host is named by its HOST-ID, its room's number or its address; what belongs \
            to its sessions is shown with it:

              rdserver audit --audit /var/lib/beeline/audit.jsonl --since 2h \\
                --host 203.0.113.9

            EXIT STATUS: 0 if something was found, 1 if nothing was, 2 if the trail cannot be read.
            """)

    @Option(
        help: ArgumentHelp("The configuration file that names the audit trail.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The audit trail.", valueName: "file"))
    var audit: String?

    @Option(help: ArgumentHelp("Only what this host took part in.", valueName: "HOST-ID|room|address"))
    var host: String?

    @Option(help: ArgumentHelp("Only this session.", valueName: "session"))
    var session: String?

    @Option(
        help: ArgumentHelp(
            "Only such events; repeatable: " + AuditRecord.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "event"))
    var event: [AuditRecord.Kind] = []

    @Option(
        help: ArgumentHelp(
            "Only from this time on: 2026-11-26T05:30:00Z, 2026-11-26 (UTC), or 90s, 15m, 2h, 3d ago.",
            valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Only what was before this time.", valueName: "time"))
    var until: String?

    @Flag(help: "Write the records as they are: JSON lines.")
    var json = false

    mutating func validate() throws {
        for (name, text) in [("--since", since), ("--until", until)] {
            if let text, TimeText.parse(text, now: Date()) == nil {
                throw ValidationError("\(name) wants a time, as in 2026-11-26T05:30:00Z or 2h, not '\(text)'.")
            }
        }
    }

    func run() throws {
        let settings = Settings(
            flags: audit.map { [.audit: .text($0)] } ?? [:], environment: ProcessInfo.processInfo.environment,
            file: config)
        guard let path = settings.text(.audit) else {
            let faults = settings.faults.map(\.description) + ["Name the audit trail with --audit or --config."]
            throw ValidationError(faults.joined(separator: " "))
        }
        let now = Date()
        var query = AuditQuery(
            host: host, session: session, events: Set(event), since: since.flatMap { TimeText.parse($0, now: now) },
            until: until.flatMap { TimeText.parse($0, now: now) })
        var reader = AuditReader(path: path)
        var found = 0
        do {
            // A host's sessions may have begun long before.
            try reader.read(since: host == nil ? query.since : nil) { record, line in
                guard query.takes(record) else { return }
                found += 1
                let text = json ? line : Data(record.text.utf8)
                try FileHandle.standardOutput.write(contentsOf: text + Data("\n".utf8))
            }
        } catch {
            FileHandle.standardError.say("rdserver: \(error)\n")
            throw ExitCode(2)
        }
        if reader.skipped > 0 {
            let lines = reader.skipped == 1 ? "line was" : "lines were"
            FileHandle.standardError.say("rdserver: \(reader.skipped) torn \(lines) skipped\n")
        }
        guard found == 0 else { return }
        FileHandle.standardError.say("rdserver: nothing found\n")
        throw ExitCode(1)
    }
}

extension AuditRecord.Kind: ExpressibleByArgument {}

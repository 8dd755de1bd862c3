import Foundation

/// The files of the secret, of the policy and of the audit trail.
struct FileCheck {
    /// The audit trail of a busy server grows by about this much in a week.
    private static let freeBytes: UInt64 = 1 << 30

    private(set) var findings: [Finding] = []

    init(options: ServerOptions) {
        checkSecret(options)
        if let path = options.policy { checkPolicy(path, options.secret) }
        if let audit = options.audit { check(audit) }
    }

    private mutating func checkSecret(_ options: ServerOptions) {
        guard options.isRelaying, options.secret != .random else { return }
        do throws(SettingFault) {
            _ = try options.secret.load()
            findings.append(Finding(.ok, .secretFile, "The secret of the relay's credentials is long enough."))
        } catch { findings.append(Finding(.error, .secretFile, error.description)) }
        var status = stat()
        if case .file(let path) = options.secret, stat(path, &status) == 0, status.st_mode & 0o004 != 0 {
            findings.append(Finding(.warning, .secretFile, "Everybody on this machine can read \(path): chmod o-r it."))
        }
    }

    private mutating func checkPolicy(_ path: String, _ secret: SecretChoice) {
        if secret == .random {
            findings.append(
                Finding(
                    .warning, .secretFile,
                    "Without it sessions that go on while the server is started anew cannot meet there again: "
                        + "the tickets that the policy wants are made with the secret."))
        }
        do throws(SettingFault) {
            let count = try PolicyFile.load(path).ruleCount
            findings.append(
                Finding(.ok, .policy, "The policy has \(count) \(count == 1 ? "rule" : "rules") and a default."))
        } catch { findings.append(Finding(.error, .policy, error.description)) }
    }

    private mutating func check(_ audit: AuditSettings) {
        let folder = AuditFiles.folder(of: audit.path)
        var status = stat()
        let exists = stat(audit.path, &status) == 0
        if exists, status.st_mode & S_IFMT != S_IFREG {
            findings.append(Finding(.error, .audit, "\(audit.path) is no ordinary file."))
        } else if access(exists ? audit.path : folder, W_OK) != 0 {
            let reason = String(cString: strerror(errno))
            findings.append(Finding(.error, .audit, "The audit trail \(audit.path) cannot be written: \(reason)."))
        } else if access(folder, W_OK) != 0 {
            findings.append(
                Finding(.warning, .audit, "\(folder) cannot be written, so that the audit trail stays one file."))
        } else {
            findings.append(Finding(.ok, .audit, "The audit trail \(audit.path) can be written."))
        }
        var room = statvfs()
        guard statvfs(folder, &room) == 0 else { return }
        let free = UInt64(room.f_bavail) * UInt64(room.f_frsize)
        if free < Self.freeBytes {
            findings.append(Finding(.warning, .audit, "\(folder) has only \(free >> 20) MiB left."))
        }
    }
}

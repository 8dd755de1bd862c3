import Foundation
import NetworkIO

/// Whether the certificate can be used, for whom and for how long.
struct CertificateCheck {
    /// Who renews does so before.
    private static let daysLeft = 14

    private(set) var findings: [Finding] = []

    init(options: ServerOptions, now: Date) {
        guard let file = options.tlsCertificate, let key = options.tlsKey else { return }
        for (setting, path) in [(Setting.tlsCertificate, file), (.tlsKey, key)] where access(path, R_OK) != 0 {
            findings.append(Finding(.error, setting, "\(path) cannot be read: \(String(cString: strerror(errno)))."))
        }
        guard findings.isEmpty else { return }
        do throws(SignalingTransportFailure) {
            let certificate = try CertificateInspection(
                of: ServerCertificate(certificateFile: file, privateKeyFile: key))
            check(certificate, options, now)
        } catch {
            findings.append(Finding(.error, .tlsCertificate, "\(error)."))
        }
        var status = stat()
        if stat(key, &status) == 0, status.st_mode & 0o004 != 0 {
            findings.append(Finding(.warning, .tlsKey, "Everybody on this machine can read \(key): chmod o-r it."))
        }
    }

    private mutating func check(_ certificate: CertificateInspection, _ options: ServerOptions, _ now: Date) {
        let (begin, end) = (certificate.validFrom, certificate.validUntil)
        let seconds = Int64(now.timeIntervalSince1970)
        let date = Date(timeIntervalSince1970: Double(end)).formatted(.iso8601)
        let days = (end - seconds) / 86_400
        if end <= seconds {
            findings.append(Finding(.error, .tlsCertificate, "The certificate ended on \(date). Renew it."))
        } else if begin > seconds {
            findings.append(Finding(.error, .tlsCertificate, "The certificate is not valid yet; is the clock right?"))
        } else if days < Self.daysLeft {
            findings.append(Finding(.warning, .tlsCertificate, "The certificate ends in \(days) days, on \(date)."))
        } else {
            findings.append(
                Finding(.ok, .tlsCertificate, "The certificate matches its key and is valid until \(date)."))
        }
        let host = options.name ?? options.publicAddress?.description
        if let host, !certificate.isFor(host) {
            let names = certificate.names.isEmpty ? "nobody" : certificate.names.joined(separator: ", ")
            findings.append(
                Finding(.warning, .name, "Peers will ask for \(host), but the certificate is for \(names)."))
        }
    }
}

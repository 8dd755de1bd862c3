import PeerSession

/// Who may come, as the file says when somebody does.
extension HostProgram {
    func followKeys() {
        guard let file = settings.keysFile else { return }
        let reporter = reporter
        driver.loop.machine.renewBeforeOffers(
            { peer in
                switch file.change() {
                case .success(let viewers)?:
                    peer.authorize(viewers)
                    reporter.keysRead(viewers, file.path)
                case .failure(let fault)?: reporter.keysUnusable(fault)
                case nil: break
                }
            }, at: driver.now)
    }
}

extension Reporter {
    fileprivate func keysRead(_ viewers: AuthorizedViewers, _ path: String) {
        event("authorized_keys", [("count", .integer(Int64(viewers.keys.count)))])
        if viewers.keys.isEmpty {
            warn("\(path) names no key any more: nobody is let in.")
        } else {
            log.info("\(path) was read again; it names \(viewers.keys.count) keys")
        }
    }

    fileprivate func keysUnusable(_ fault: FileFault) {
        event("authorized_keys_unusable", [("detail", .string("\(fault)"))])
        warn("\(fault). The keys that were read before stay.")
    }
}

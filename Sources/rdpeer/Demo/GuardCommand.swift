import ArgumentParser
import Glibc

/// Ends its process group when its standard input is closed; see `ProcessGroup`.
struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "guard", shouldDisplay: false)

    func run() {
        // A signal for the whole group is not for the one that sees to its end.
        signal(SIGTERM, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        var byte: UInt8 = 0
        while true {
            let count = read(0, &byte, 1)
            if count == 0 || count < 0 && errno != EINTR { break }
        }
        guard getpgrp() == getpid() else { return }
        kill(0, SIGTERM)
        usleep(1_500_000)
        kill(0, SIGKILL)
    }
}

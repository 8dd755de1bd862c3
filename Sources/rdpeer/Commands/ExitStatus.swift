import ArgumentParser

/// How the program ends. Wrong usage is 64, as `sysexits.h` has it.
enum ExitStatus: Int32 {
    case success = 0
    /// The session failed or was refused.
    case failed = 1
    /// Something on this machine is missing or not allowed: a display, a file, a program.
    case localFault = 2
    /// `doctor`: direct with most peers, but by guessing ports.
    case onlyByPrediction = 3
    /// `doctor`: through the relay.
    case onlyRelayed = 4
    /// `doctor`: neither direct nor relayed.
    case noPath = 5

    var code: ExitCode { ExitCode(rawValue) }
}

import Glibc

/// Lines that a program that measures writes to standard input: `key KEYSYM` presses a key and lets it go.
struct CommandInput {
    private static let mostPending = 4_096

    private var pending: [UInt8] = []
    private(set) var isOpen = true

    init() { _ = fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK) }

    /// The keysyms of the lines that have come since the last call; others are passed over.
    mutating func takeKeysyms() -> [UInt32] {
        read()
        var keysyms: [UInt32] = []
        while let end = pending.firstIndex(of: 0x0A) {
            let words = String(decoding: pending[..<end], as: UTF8.self).split(separator: " ")
            pending.removeSubrange(...end)
            if words.count == 2, words[0] == "key", let keysym = UInt32(words[1]) { keysyms.append(keysym) }
        }
        if pending.count > Self.mostPending { pending.removeAll() }
        return keysyms
    }

    private mutating func read() {
        var part = [UInt8](repeating: 0, count: 1_024)
        while isOpen {
            let count = Glibc.read(STDIN_FILENO, &part, part.count)
            if count < 0 { return }
            if count == 0 { isOpen = false }
            pending += part[..<count]
        }
    }
}

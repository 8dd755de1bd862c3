import ArgumentParser

/// A window's number as X programs print it: `0x1a00003`, or `27262979`.
struct WindowIdentifier: ExpressibleByArgument, Equatable {
    let number: UInt

    init?(argument: String) {
        let digits = argument.hasPrefix("0x") ? argument.dropFirst(2) : argument[...]
        guard let number = UInt32(digits, radix: argument.hasPrefix("0x") ? 16 : 10), number > 0 else { return nil }
        self.number = UInt(number)
    }
}

import ArgumentParser

/// Whose session is measured.
enum ViewPeer: Hashable, Sendable {
    case beeline
    case vnc(VNCProgram, RFBEncoding)

    static let all: [ViewPeer] =
        [.beeline] + VNCProgram.allCases.flatMap { program in RFBEncoding.allCases.map { .vnc(program, $0) } }

    static let byDefault = all.filter { peer in
        if case .vnc(_, .raw) = peer { false } else { true }
    }

    var name: String {
        switch self {
        case .beeline: "beeline"
        case .vnc(let program, let encoding): "\(program.rawValue)-\(encoding.rawValue)"
        }
    }

    /// What has to be installed for it and is not, drawing aside.
    var missingPrograms: [BenchFailure] {
        let kinds: [DisplayProgram.Kind] =
            switch self {
            case .beeline: [.xvfb]
            case .vnc(let program, _): program.isDisplay ? [program.kind] : [.xvfb, program.kind]
            }
        return kinds.compactMap { kind in
            do throws(BenchFailure) {
                _ = try kind.path()
                return nil
            } catch {
                return error
            }
        }
    }

    static func list(_ text: String) throws -> [ViewPeer] {
        try text.split(separator: ",").map { name in
            guard let peer = all.first(where: { $0.name == name }) else {
                throw ValidationError(
                    "There is no peer '\(name)'; these exist: \(all.map(\.name).joined(separator: ", ")).")
            }
            return peer
        }
    }
}

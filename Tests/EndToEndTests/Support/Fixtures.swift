import Foundation

/// The recorded inputs of this checkout.
enum Fixtures {
    static let folder: String = {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("Fixtures").path
    }()
}

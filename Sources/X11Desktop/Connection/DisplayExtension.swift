/// An extension of the X protocol that this module uses.
public enum DisplayExtension: String, CaseIterable, Sendable {
    case sharedMemory = "MIT-SHM"
    case damage = "DAMAGE"
    case fixes = "XFIXES"
    case test = "XTEST"
    case resize = "RANDR"

    /// What does not work without it.
    var purpose: String {
        switch self {
        case .sharedMemory: "pixels would go through the socket, slowly"
        case .damage: "changes of the screen cannot be followed"
        case .fixes: "damage, the cursor's shape and the clipboard cannot be followed"
        case .test: "keyboard and mouse cannot be controlled"
        case .resize: "changes of the screen's size cannot be followed"
        }
    }
}

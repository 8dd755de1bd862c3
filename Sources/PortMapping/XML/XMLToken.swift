/// What a small XML reader yields. Names come without their namespace prefix.
enum XMLToken: Equatable {
    case start(String)
    case end(String)
    case text(String)
}

/// What holds an attachment.
enum Attached: Equatable {
    case host(Int)
    case gateway(Int)
}

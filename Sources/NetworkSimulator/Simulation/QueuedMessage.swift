/// A message under way in a pipe.
struct QueuedMessage {
    var pipe: Int
    var receiver: Int
    var bytes: [UInt8]
}

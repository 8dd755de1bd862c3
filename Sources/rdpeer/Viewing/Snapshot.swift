import ScreenCodec

/// A picture to be written, as it was at one moment.
struct Snapshot: Sendable {
    let decoder: Decoder
    let isExact: Bool
    let file: String

    /// Writes the file, which takes a while.
    func write() -> WrittenPicture {
        var fault: FileFault?
        do {
            try PictureFile.write(decoder.pixels, width: decoder.width, height: decoder.height, to: file)
        } catch {
            fault = error
        }
        return WrittenPicture(
            file: file, width: decoder.width, height: decoder.height, isExact: isExact, fault: fault)
    }
}

import Glibc
import WireFormat

/// Writes a picture to a file that is either whole or not there.
enum PictureFile {
    static func write(_ pixels: Span<UInt32>, width: Int, height: Int, to path: String) throws(FileFault) {
        try WholeFile.write(PNGEncoder.encode(pixels, width: width, height: height), to: path, mode: 0o644)
    }
}

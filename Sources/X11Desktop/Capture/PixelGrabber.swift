/// Takes parts of a drawable's pixels into a buffer of its whole size that lives as long as the grabber.
protocol PixelGrabber: AnyObject {
    var method: CaptureMethod { get }
    var width: Int { get }
    var height: Int { get }
    /// Words from one row to the next.
    var stride: Int { get }
    /// `stride * height` words, in the display's format.
    var pixels: UnsafeMutablePointer<UInt32> { get }
    /// Brings these parts, all within the bounds, up to date, and waits until they are.
    func grab(_ rectangles: [Rectangle]) throws(DisplayFailure)
}

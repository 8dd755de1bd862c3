/// A session that shows a display elsewhere, with a viewer of ours at its end.
protocol ViewUnderTest: AnyObject {
    /// Milliseconds to the first whole picture: from connecting, of VNC; from the first path, of Beeline.
    var firstFrameMilliseconds: Double { get }
    /// What the viewer has received so far, of the network's payload.
    var bytesReceived: Int { get }
    /// Of the program that serves the display.
    var serverIdentifier: Int32 { get }
    /// Where in what the viewer has seen it is now: for the questions below.
    var position: Int { get }

    /// Waits until the viewer has a step that was drawn after a position, all of it.
    func waitForStep(showing colour: UInt32, after position: Int) throws
    /// Presses a key, for which a program gives the mark this colour.
    ///
    /// - Returns: milliseconds until the viewer has it.
    func keyToPixel(showing colour: UInt32) throws -> Double
    /// How many states of the mark the viewer has seen since a position.
    func framesSeen(after position: Int) -> Int
    func stop()
}

import Foundation

/// A VNC server and our client of it.
final class VNCView: ViewUnderTest {
    private static let patience = 15.0
    /// The letter x.
    private static let keysym: UInt32 = 0x78

    private let server: DisplayProgram
    private let client: RFBClient
    let firstFrameMilliseconds: Double

    /// - Parameters:
    ///   - server: one that runs and listens already.
    ///   - address: where the client finds it.
    init(server: DisplayProgram, address: String, port: Int, encoding: RFBEncoding, place: MarkPlace) throws {
        self.server = server
        client = try Self.connect(server, address, port, encoding, place)
        firstFrameMilliseconds = client.firstFrameMilliseconds
        client.follow()
    }

    /// It may not listen yet.
    private static func connect(
        _ server: DisplayProgram, _ address: String, _ port: Int, _ encoding: RFBEncoding, _ place: MarkPlace
    ) throws -> RFBClient {
        let limit = ProcessorClock.wallSeconds + patience
        while true {
            do {
                return try RFBClient(address: address, port: port, encoding: encoding, place: place)
            } catch {
                guard server.isRunning, ProcessorClock.wallSeconds < limit else { throw server.failure("\(error)") }
                usleep(20_000)
            }
        }
    }

    var bytesReceived: Int { client.bytesReceived }
    var serverIdentifier: Int32 { server.identifier }
    var position: Int { client.marks }

    func waitForStep(showing colour: UInt32, after position: Int) throws {
        _ = try client.waitForMark(after: position, seconds: Self.patience)
    }

    func keyToPixel(showing colour: UInt32) throws -> Double {
        let seen = client.marks
        let start = ProcessorClock.wallSeconds
        try client.press(keysym: Self.keysym)
        return (try client.waitForMark(after: seen, seconds: Self.patience) - start) * 1_000
    }

    func framesSeen(after position: Int) -> Int { client.marks - position }

    func stop() { client.stop() }
}

import Testing
import Transport
import WireFormat

@Suite struct PlaceTests {
    @Test func starts() {
        let connection = Connection(path: PathIdentifier(1), at: .zero)
        #expect(connection.nextDeadline == nil)
    }
}

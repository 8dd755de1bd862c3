import TURN
import WireFormat

/// Packets on their way through the relay, whole, between the batch that brought them and the batch that takes them on.
///
/// The loop sends after each batch it receives, so there are never more than one batch's worth; what would not fit is
/// dropped, as a full queue of a router does.
struct ForwardQueue {
    private static let slotCount = 2_048
    private static let slotBytes = 2_048

    private var bytes = [UInt8](repeating: 0, count: slotCount * slotBytes)
    private var packets: [(path: Path, count: Int)?] = Array(repeating: nil, count: slotCount)
    private var head = 0
    private var count = 0
    /// Packets that found no slot.
    private(set) var droppedCount: UInt64 = 0

    mutating func append(_ forward: Forward, of datagram: Span<UInt8>) {
        guard count < Self.slotCount else {
            droppedCount += 1
            return
        }
        let slot = (head + count) % Self.slotCount
        let start = slot * Self.slotBytes
        let written = bytes.withUnsafeMutableBufferPointer { all in
            let room = UnsafeMutableBufferPointer(rebasing: all[start..<start + Self.slotBytes])
            var output = OutputSpan(buffer: room, initializedCount: 0)
            let isWritten = forward.write(datagram, into: &output)
            let written = output.finalize(for: room)
            return isWritten ? written : 0
        }
        guard written > 0 else {
            droppedCount += 1
            return
        }
        packets[slot] = (forward.path, written)
        count += 1
    }

    mutating func popFirst(into packet: inout OutputSpan<UInt8>) -> Path? {
        while count > 0 {
            let slot = head
            head = (head + 1) % Self.slotCount
            count -= 1
            guard let (path, written) = packets[slot], written <= packet.freeCapacity else { continue }
            let start = slot * Self.slotBytes
            packet.append(contentsOf: bytes.span.extracting(start..<start + written))
            return path
        }
        return nil
    }
}

import FileTransfer
import SimulatedDisk
import WireFormat

/// A viewer that says what it likes to a host whose disk is fast.
struct HostilePeer {
    var host: Party
    private var deframer = FileMessageDeframer()
    private(set) var answers: [FileMessage] = []
    private(set) var largestMemory = 0

    init(against disk: MemoryDisk, policy: FilePolicy = FilePolicy(receives: true, sends: true)) {
        host = Party(isHost: true, policy: policy, disk: disk)
    }

    /// Of an offer, or of a request.
    func number(_ index: Int, isRequest: Bool = false) -> TransferIdentifier {
        TransferIdentifier(UInt64(index * 4 + (isRequest ? 2 : 0)))!
    }

    mutating func say(_ message: FileMessage) { send(message.framed, on: .messages) }

    mutating func offer(_ index: Int, size: UInt64, name: String = "a") {
        say(.offer(number(index), FileOffer(name: name, size: size, token: [UInt8](repeating: 9, count: 16))))
    }

    mutating func send(_ bytes: [UInt8], on stream: FileStream) {
        host.machine.receive(bytes.span, on: stream, at: .zero)
        settle()
    }

    mutating func begin(_ index: Int, offset: UInt64 = 0) {
        let bytes = [UInt8](capacity: 17) { output in
            output.append(1)
            output.append(varint: number(index).rawValue)
            output.append(varint: offset)
        }
        send(bytes, on: .content)
    }

    mutating func content(_ bytes: [UInt8]) {
        let head = [UInt8](capacity: 9) { output in
            output.append(2)
            output.append(varint: UInt64(bytes.count))
        }
        send(head + bytes, on: .content)
    }

    mutating func end(_ bytes: [UInt8]) {
        let state = ChecksumState()
        state.update(bytes.span)
        send([3] + state.checksum.bytes, on: .content)
    }

    /// Lets the host do all that it can do.
    mutating func settle(isReading: Bool = true) {
        repeat {
            host.drain()
            host.work()
            host.deliver(at: .zero)
            host.drain()
            largestMemory = max(largestMemory, host.machine.memoryBytes)
        } while !host.requests.isEmpty || !host.results.isEmpty
        guard isReading else { return }
        var isMore = true
        while isMore {
            let bytes = [UInt8](capacity: 4_096) { isMore = host.machine.pollTransmit(.messages, into: &$0) }
            deframer.append(bytes.span)
        }
        while let message = try? deframer.next() {
            if case .working = message { continue }
            answers.append(message)
        }
    }
}

import STUN
import WireFormat

let transaction = TransactionIdentifier(high: 0xB7E7_A701, low: 0xBC34_D686_FA87_DFAE)

/// Builds one message, with whatever the closure adds.
func build(
    _ messageClass: MessageClass = .request, _ method: STUN.Method = .binding, capacity: Int = 2_000,
    _ add: (inout MessageBuilder, inout OutputSpan<UInt8>) -> Void
) -> [UInt8] {
    [UInt8](capacity: capacity) { packet in
        var message = MessageBuilder(messageClass, method, transaction: transaction, into: &packet)
        add(&message, &packet)
        _ = message.finish(&packet)
    }
}

/// The failure of reading bytes as a message; nil if they are one.
func failure(of bytes: [UInt8]) -> MessageFailure? {
    do throws(MessageFailure) {
        _ = try Message(bytes.span)
        return nil
    } catch {
        return error
    }
}

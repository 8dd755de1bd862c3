import WireFormat

/// What the viewer's hands did, as the host is to repeat it.
public enum InputEvent: Hashable, Sendable {
    /// The pointer stands at these pixels of the host's screen.
    case pointerMoved(x: UInt16, y: UInt16)
    /// A pointer button changed; X11's numbering, so 4 to 7 are wheel steps.
    case button(number: UInt8, isPressed: Bool)
    /// A key changed, named by its X11 keysym so that layouts may differ.
    case key(keysym: UInt32, isPressed: Bool)
    /// The viewer lost the focus: nothing is held any more.
    case releaseAll

    /// The most bytes an encoded event takes.
    public static let maximumEncodedSize = 6

    private enum Tag: UInt8 {
        case pointerMoved = 1
        case buttonPressed, buttonReleased, keyPressed, keyReleased, releaseAll
    }

    public var encoded: [UInt8] {
        [UInt8](capacity: Self.maximumEncodedSize) { output in
            switch self {
            case .pointerMoved(let x, let y):
                output.append(Tag.pointerMoved.rawValue)
                output.append(bigEndian: x)
                output.append(bigEndian: y)
            case .button(let number, let isPressed):
                output.append((isPressed ? Tag.buttonPressed : .buttonReleased).rawValue)
                output.append(number)
            case .key(let keysym, let isPressed):
                output.append((isPressed ? Tag.keyPressed : .keyReleased).rawValue)
                output.append(bigEndian: keysym)
            case .releaseAll:
                output.append(Tag.releaseAll.rawValue)
            }
        }
    }

    /// Decodes one event; nil if the bytes are not exactly one.
    public init?(decoding bytes: Span<UInt8>) {
        var reader = ByteReader(bytes)
        guard let event = try? Self.read(from: &reader), reader.remaining == 0 else { return nil }
        self = event
    }

    private static func read(from reader: inout ByteReader) throws(Truncated) -> InputEvent? {
        guard let tag = Tag(rawValue: try reader.readUInt8()) else { return nil }
        switch tag {
        case .pointerMoved:
            let x = try reader.readUInt16()
            return .pointerMoved(x: x, y: try reader.readUInt16())
        case .buttonPressed, .buttonReleased:
            return .button(number: try reader.readUInt8(), isPressed: tag == .buttonPressed)
        case .keyPressed, .keyReleased:
            return .key(keysym: try reader.readUInt32(), isPressed: tag == .keyPressed)
        case .releaseAll:
            return .releaseAll
        }
    }
}

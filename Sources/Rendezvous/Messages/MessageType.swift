/// The second byte of a message. From 0x80 the server speaks, from 0x40 both do.
enum MessageType: UInt8 {
    case openRoom = 0x01
    case register = 0x02
    case proof = 0x03
    case closeRoom = 0x04
    case join = 0x05
    case resume = 0x06
    case report = 0x07
    case identity = 0x08
    case agree = 0x09
    case answer = 0x41
    case trickle = 0x42
    case leave = 0x43
    case ping = 0x44
    case pong = 0x45
    case welcome = 0x81
    case challenge = 0x82
    case hosting = 0x83
    case incoming = 0x84
    case joined = 0x85
    case met = 0x86
    case refused = 0x87
    case roomClosed = 0x88
    case standby = 0x89
    case terms = 0x8A
}

/// Control messages of `linux/in.h` and `linux/in6.h` that carry the byte in which the ECN codepoint is, and the options that
/// ask for them; the Glibc module lacks some and shows others under another type.
enum ControlType {
    static let typeOfService: Int32 = 1
    static let receiveTypeOfService: Int32 = 13
    static let receiveTrafficClass: Int32 = 66
    static let trafficClass: Int32 = 67
}

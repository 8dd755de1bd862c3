import CX11

extension DisplayConnection {
    /// Reads a property; `nil` when it is missing or of another type. One round trip.
    func property(
        _ name: Atom, of window: Window, type: Atom, byteLimit: Int, isDeleted: Bool
    ) -> WindowProperty? {
        guard isAlive else { return nil }
        var (actualType, format): (Atom, Int32) = (0, 0)
        var (count, remaining): (UInt, UInt) = (0, 0)
        var data: UnsafeMutablePointer<UInt8>?
        let status = XGetWindowProperty(
            display, window, name, 0, (byteLimit + 3) / 4, isDeleted ? 1 : 0, type, &actualType, &format, &count,
            &remaining, &data)
        guard isAlive, status == Success else { return nil }
        defer { if let data { XFree(data) } }
        guard actualType != 0, let data, type == 0 || actualType == type else { return nil }
        let itemSize = format == 32 ? MemoryLayout<Int>.size : Int(format) / 8
        let bytes = Array(UnsafeBufferPointer(start: data, count: Int(count) * itemSize))
        return WindowProperty(type: actualType, format: format, bytes: bytes, remainingByteCount: Int(remaining))
    }
}

import WireFormat

/// The sockets of a loop by their addresses. Found once for nearly every packet of a relay, which has thousands: so by
/// the port's bits, without hashing strings of bytes.
struct SocketTable {
    private static let leastBuckets = 16

    private struct Entry {
        /// Nil while the place is free.
        var socket: DatagramSocket?
        /// The next entry of the bucket, or of the free ones; -1 ends the chain.
        var next: Int32
    }

    private var heads = [Int32](repeating: -1, count: leastBuckets)
    private var entries: [Entry] = []
    private var free: Int32 = -1
    private(set) var count = 0

    /// The socket with this address.
    subscript(local: TransportAddress) -> DatagramSocket? {
        var index = heads[bucket(local)]
        while index >= 0 {
            let entry = entries[Int(index)]
            if let socket = entry.socket, socket.local == local { return socket }
            index = entry.next
        }
        return nil
    }

    /// Of sockets that share an address the last one is found.
    mutating func insert(_ socket: DatagramSocket) {
        if count == heads.count { grow() }
        let bucket = bucket(socket.local)
        let entry = Entry(socket: socket, next: heads[bucket])
        if free >= 0 {
            heads[bucket] = free
            free = entries[Int(free)].next
            entries[Int(heads[bucket])] = entry
        } else {
            heads[bucket] = Int32(entries.count)
            entries.append(entry)
        }
        count += 1
    }

    mutating func remove(_ local: TransportAddress) -> DatagramSocket? {
        let bucket = bucket(local)
        var previous: Int32 = -1
        var index = heads[bucket]
        while index >= 0 {
            let entry = entries[Int(index)]
            if let socket = entry.socket, socket.local == local {
                if previous < 0 { heads[bucket] = entry.next } else { entries[Int(previous)].next = entry.next }
                entries[Int(index)] = Entry(socket: nil, next: free)
                free = index
                count -= 1
                return socket
            }
            (previous, index) = (index, entry.next)
        }
        return nil
    }

    private mutating func grow() {
        heads = [Int32](repeating: -1, count: heads.count * 2)
        for index in entries.indices {
            guard let socket = entries[index].socket else { continue }
            let bucket = bucket(socket.local)
            entries[index].next = heads[bucket]
            heads[bucket] = Int32(index)
        }
    }

    /// Ports are the kernel's or the relay's choice: nobody outside can fill one bucket.
    private func bucket(_ local: TransportAddress) -> Int { Int(local.port) & (heads.count - 1) }
}

import Foundation
import WireFormat

/// Packets through one relay both ways: from clients on their channels to peers, from peers to relayed addresses.
package final class RelayTraffic {
    /// Packets on their way in each direction: enough to keep a relay busy, too few to overrun its buffers.
    private static let window = 64
    static let mostPackets = 32
    /// With nothing to do the generator sleeps on a timer, so that no relay pays for waking it.
    private static let pauseMicroseconds: UInt32 = 20
    /// What has not come by then is lost.
    private static let lossSeconds = 0.05
    private static let markBytes = 4

    /// What happened.
    package struct Count {
        package var toPeers = 0
        package var toClients = 0
        package var lost = 0
        /// With a payload that belongs elsewhere.
        package var misdelivered = 0
        package var seconds = 0.0

        package init() {}

        package var delivered: Int { toPeers + toClients }
    }

    private let clients: LoopbackSocket
    private let peers: LoopbackSocket
    private let flows: [RelayFlow]
    private let shape: RelayShape
    /// For each flow, what its packets begin with: the channel's header and the flow's number.
    private let marks: UnsafeMutableRawPointer
    private let payload: UnsafeMutableRawPointer
    private static let markStride = 8
    private var count = Count()
    private var outstanding = (toPeers: 0, toClients: 0)

    init(clients: LoopbackSocket, peers: LoopbackSocket, flows: [RelayFlow], shape: RelayShape) {
        self.clients = clients
        self.peers = peers
        self.flows = flows
        self.shape = shape
        clients.joinsDatagrams = shape.isJoined
        peers.joinsDatagrams = shape.isJoined
        marks = .allocate(byteCount: flows.count * Self.markStride, alignment: 8)
        payload = .allocate(byteCount: shape.payloadBytes, alignment: 8)
        payload.initializeMemory(as: UInt8.self, repeating: 0x5A, count: shape.payloadBytes)
        for (index, flow) in flows.enumerated() {
            let header = UInt32(flow.channel) << 16 | UInt32(shape.payloadBytes)
            marks.storeBytes(of: header.bigEndian, toByteOffset: index * Self.markStride, as: UInt32.self)
            marks.storeBytes(of: UInt32(index), toByteOffset: index * Self.markStride + 4, as: UInt32.self)
        }
    }

    deinit {
        marks.deallocate()
        payload.deallocate()
    }

    /// Sends for so long, and waits for what is still on its way.
    func run(seconds: Double) -> Count {
        count = Count()
        var next = (toPeers: 0, toClients: 0)
        let start = ProcessorClock.wallSeconds
        var lastArrival = start
        while true {
            let now = ProcessorClock.wallSeconds
            let isOver = now - start >= seconds
            var isIdle = receive() == 0
            if !isIdle { lastArrival = now }
            if isOver, outstanding == (0, 0) { break }
            if isIdle, now - lastArrival > Self.lossSeconds {
                count.lost += outstanding.toPeers + outstanding.toClients
                outstanding = (0, 0)
            }
            if !isOver, send(&next) { isIdle = false }
            if isIdle { usleep(Self.pauseMicroseconds) }
        }
        count.seconds = ProcessorClock.wallSeconds - start
        return count
    }

    private func send(_ next: inout (toPeers: Int, toClients: Int)) -> Bool {
        var hasSent = false
        while outstanding.toPeers + shape.burst <= Self.window {
            sendToPeer(next.toPeers)
            next.toPeers = (next.toPeers + 1) % flows.count
            outstanding.toPeers += shape.burst
            hasSent = true
        }
        while outstanding.toClients + shape.burst <= Self.window {
            sendToClient(next.toClients)
            next.toClients = (next.toClients + 1) % flows.count
            outstanding.toClients += shape.burst
            hasSent = true
        }
        clients.flush()
        peers.flush()
        return hasSent
    }

    private var rest: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: payload, count: shape.payloadBytes - Self.markBytes)
    }

    private func sendToPeer(_ index: Int) {
        let mark = UnsafeRawBufferPointer(start: marks + index * Self.markStride, count: 8)
        for _ in 0..<shape.burst {
            clients.queue((mark, rest), from: flows[index].client, to: flows[index].server)
        }
    }

    private func sendToClient(_ index: Int) {
        let mark = UnsafeRawBufferPointer(start: marks + index * Self.markStride + 4, count: 4)
        for _ in 0..<shape.burst {
            peers.queue((mark, rest), from: flows[index].peer, to: flows[index].relayedAddress)
        }
    }

    private func receive() -> Int {
        let atClients = clients.receive { arrival in
            let index = mark(arrival, at: 4)
            let channel = arrival.bytes.count > 8 ? arrival.bytes.loadUnaligned(as: UInt16.self).bigEndian : 0
            guard let index, flows[index].channel == channel, flows[index].client == arrival.destination.bits else {
                count.misdelivered += 1
                return
            }
            count.toClients += 1
            outstanding.toClients = max(0, outstanding.toClients - 1)
        }
        let atPeers = peers.receive { arrival in
            guard let index = mark(arrival, at: 0), flows[index].relayed == arrival.source,
                flows[index].peer == arrival.destination.bits
            else {
                count.misdelivered += 1
                return
            }
            count.toPeers += 1
            outstanding.toPeers = max(0, outstanding.toPeers - 1)
        }
        return atClients + atPeers
    }

    /// The number of the flow that a packet says it belongs to.
    private func mark(_ arrival: LoopbackSocket.Arrival, at offset: Int) -> Int? {
        guard arrival.bytes.count == shape.payloadBytes + offset else { return nil }
        let index = Int(arrival.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        return index < flows.count ? index : nil
    }
}

import CLinux
import Foundation
import Rendezvous
import WireFormat

/// Thousands of WebSockets to signaling servers, each from an address of 127.0.0.0/8 of the caller's choice, on the
/// thread that made it: nothing but what the protocol needs, so that the server is what is measured.
///
/// They have a descriptor table of their own, apart from the process's: a process's limit of descriptors is one of its
/// table, and a machine whose limit is small can still be given many clients by few threads.
final class SignalingSockets {
    /// What a socket is for; the caller's name for it.
    typealias Tag = Int

    enum Event {
        /// The server has granted the WebSocket.
        case opened
        case message(SignalingMessage)
        /// Gone, by whatever side; the last of a socket.
        case closed
    }

    /// One of them, until it is closed.
    struct Socket: Hashable {
        fileprivate let descriptor: Int32
        fileprivate let number: UInt64
    }

    private struct State {
        let number: UInt64
        let tag: Tag
        let request: [UInt8]
        var isConnected = false
        /// Of a connection over TLS, once it is connected.
        var tls: TLSClient.Handle?
        var isSecured = false
        var isOpen = false
        var input: [UInt8] = []
    }

    private static let eventsAtOnce = 256
    private static let readBytes = 65_536
    /// Options that the Glibc module shows in some files only, or not at all.
    private static let bindAddressNoPort: Int32 = 24

    let server: TransportAddress
    private let tls: TLSClient?
    private let poller: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private let room: UnsafeMutableRawPointer
    private var states: [State?] = []
    private var numbers: UInt64 = 0
    private(set) var count = 0

    /// Call it on the thread that uses it.
    init(server: TransportAddress, isSecure: Bool = false) throws(BenchFailure) {
        guard linux_unshare(CLONE_FILES) == 0 else { throw .programFailed("unshare", reason: Self.reason) }
        self.server = server
        tls = isSecure ? try TLSClient() : nil
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard poller >= 0 else { throw .programFailed("epoll_create1", reason: Self.reason) }
        events = .allocate(capacity: Self.eventsAtOnce)
        room = .allocate(byteCount: Self.readBytes, alignment: 16)
    }

    deinit {
        for (descriptor, state) in states.enumerated() where state != nil {
            if let handle = state?.tls { tls?.end(handle) }
            Foundation.close(Int32(descriptor))
        }
        Foundation.close(poller)
        events.deallocate()
        room.deallocate()
    }

    /// Begins to connect from an address.
    func open(tag: Tag, from source: UInt32, path: String, firstMessage: SignalingMessage? = nil) throws(BenchFailure)
        -> Socket
    {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .programFailed("socket", reason: Self.reason) }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        // So that the port is chosen for this server, not for all.
        setsockopt(descriptor, Int32(IPPROTO_IP), Self.bindAddressNoPort, &one, size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
        guard Self.call(bind, descriptor, source, 0) == 0,
            Self.call(connect, descriptor, server.ip.bits, server.port) == 0 || errno == EINPROGRESS
        else {
            let reason = Self.reason
            Foundation.close(descriptor)
            throw .programFailed("connect", reason: reason)
        }
        numbers += 1
        while states.count <= Int(descriptor) { states.append(nil) }
        let request = SignalingFrames.request(path: path, host: server.description, firstMessage: firstMessage)
        states[Int(descriptor)] = State(number: numbers, tag: tag, request: request)
        count += 1
        watch(descriptor, EPOLL_CTL_ADD, EPOLLIN.rawValue | EPOLLOUT.rawValue)
        return Socket(descriptor: descriptor, number: numbers)
    }

    /// Sends a message; a socket that takes none is closed.
    func send(_ message: SignalingMessage, to socket: Socket) { write(SignalingFrames.frame(message), socket) }

    /// Says goodbye; the server closes, and `closed` follows.
    func finish(_ socket: Socket) { write(SignalingFrames.close, socket) }

    /// Waits for what comes, at most so long.
    func poll(milliseconds: Int32, _ take: (Socket, Tag, Event) throws(BenchFailure) -> Void) throws(BenchFailure) {
        let ready = epoll_wait(poller, events, Int32(Self.eventsAtOnce), milliseconds)
        guard ready > 0 else { return }
        for index in 0..<Int(ready) {
            let descriptor = Int32(truncatingIfNeeded: events[index].data.u64)
            guard let state = states[Int(descriptor)] else { continue }
            let socket = Socket(descriptor: descriptor, number: state.number)
            if !state.isConnected, events[index].events & EPOLLOUT.rawValue != 0 { connected(socket) }
            if events[index].events & ~EPOLLOUT.rawValue != 0 { try receive(socket, state.tag, take) }
        }
    }

    private func connected(_ socket: Socket) {
        states[Int(socket.descriptor)]?.isConnected = true
        watch(socket.descriptor, EPOLL_CTL_MOD, EPOLLIN.rawValue)
        guard let tls else { return write(states[Int(socket.descriptor)]?.request ?? [], socket) }
        states[Int(socket.descriptor)]?.tls = tls.begin(on: socket.descriptor)
        // An end that comes now comes with the next poll again.
        _ = secure(socket)
    }

    /// Goes on with the TLS handshake; after it the request leaves.
    ///
    /// - Returns: false at the end.
    private func secure(_ socket: Socket) -> Bool {
        guard let tls, let handle = states[Int(socket.descriptor)]?.tls else { return false }
        switch tls.shakeHands(handle) {
        case .done:
            states[Int(socket.descriptor)]?.isSecured = true
            write(states[Int(socket.descriptor)]?.request ?? [], socket)
            return true
        case .later: return true
        case .ended: return false
        }
    }

    /// What has come; nil at the end.
    private func read(_ socket: Socket) -> [UInt8]? {
        guard let tls, let handle = states[Int(socket.descriptor)]?.tls else {
            let count = recv(socket.descriptor, room, Self.readBytes, 0)
            if count < 0, errno == EAGAIN { return [] }
            return count > 0 ? Array(UnsafeRawBufferPointer(start: room, count: count)) : nil
        }
        if states[Int(socket.descriptor)]?.isSecured == false {
            guard secure(socket) else { return nil }
            guard states[Int(socket.descriptor)]?.isSecured == true else { return [] }
        }
        var bytes: [UInt8] = []
        while true {
            switch tls.read(handle, into: room, count: Self.readBytes) {
            case .done(let count): bytes += UnsafeRawBufferPointer(start: room, count: count)
            case .later: return bytes
            case .ended: return bytes.isEmpty ? nil : bytes
            }
        }
    }

    private func receive(
        _ socket: Socket, _ tag: Tag, _ take: (Socket, Tag, Event) throws(BenchFailure) -> Void
    ) throws(BenchFailure) {
        guard let bytes = read(socket) else { return try end(socket, tag, take) }
        guard !bytes.isEmpty else { return }
        states[Int(socket.descriptor)]?.input += bytes
        var rest = (states[Int(socket.descriptor)]?.input ?? [])[...]
        states[Int(socket.descriptor)]?.input = []
        if states[Int(socket.descriptor)]?.isOpen == false {
            guard let answer = SignalingFrames.answer(rest) else {
                states[Int(socket.descriptor)]?.input = Array(rest)
                return
            }
            guard answer.isGranted else { return try end(socket, tag, take) }
            states[Int(socket.descriptor)]?.isOpen = true
            rest = rest[answer.end...]
            try take(socket, tag, .opened)
        }
        while states[Int(socket.descriptor)]?.number == socket.number {
            switch SignalingFrames.next(&rest) {
            case .message(let message): try take(socket, tag, .message(message))
            case .other: continue
            case .invalid: return try end(socket, tag, take)
            case .incomplete:
                if !rest.isEmpty { states[Int(socket.descriptor)]?.input = Array(rest) }
                return
            }
        }
    }

    private func end(
        _ socket: Socket, _ tag: Tag, _ take: (Socket, Tag, Event) throws(BenchFailure) -> Void
    ) throws(BenchFailure) {
        guard states[Int(socket.descriptor)]?.number == socket.number else { return }
        if let handle = states[Int(socket.descriptor)]?.tls { tls?.end(handle) }
        states[Int(socket.descriptor)] = nil
        count -= 1
        Foundation.close(socket.descriptor)
        try take(socket, tag, .closed)
    }

    private func write(_ bytes: [UInt8], _ socket: Socket) {
        guard states[Int(socket.descriptor)]?.number == socket.number else { return }
        if let tls, let handle = states[Int(socket.descriptor)]?.tls {
            let outcome = bytes.withUnsafeBytes { tls.write(handle, $0) }
            if outcome != .done(bytes.count) { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
            return
        }
        let sent = bytes.withUnsafeBytes {
            Foundation.send(socket.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        // What is small and not taken at once is taken never: the end of the socket comes with the next poll.
        if sent != bytes.count { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
    }

    private func watch(_ descriptor: Int32, _ operation: Int32, _ wanted: UInt32) {
        var event = epoll_event()
        event.events = wanted
        event.data.u64 = UInt64(descriptor)
        epoll_ctl(poller, operation, descriptor, &event)
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32, _ ip: UInt32,
        _ port: UInt16
    ) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = ip.bigEndian
        return withUnsafePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

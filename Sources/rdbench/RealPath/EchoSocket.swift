import Foundation
import NetworkIO
import Synchronization
import WireFormat

/// A UDP socket in another network namespace, and a thread that sends back whatever comes to it: what a round trip takes
/// that nothing but the path and two kernels is in the way of.
final class EchoSocket {
    static let port: UInt16 = 7

    private let descriptor: Int32
    private let isStopped = Flag()
    private var thread: WorkerThread?

    private final class Flag: Sendable { let value = Atomic(false) }

    /// - Throws: `BenchFailure` or `SystemFailure`.
    init(at ip: IPAddress, in namespace: String) throws {
        descriptor = try NamespaceSocket.open(in: namespace) { PlainSocket.open(bound: ip, port: Self.port) }
        let (descriptor, isStopped) = (descriptor, isStopped)
        thread = try WorkerThread(named: "echo") {
            while !isStopped.value.load(ordering: .acquiring) { Self.answer(on: descriptor) }
        }
    }

    /// Call it once.
    func stop() {
        isStopped.value.store(true, ordering: .releasing)
        thread?.join()
        close(descriptor)
    }

    private static func answer(on descriptor: Int32) {
        guard PlainSocket.isReadable(descriptor, milliseconds: 100) else { return }
        var bytes = [UInt8](repeating: 0, count: 2_048)
        var source = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &source) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let count = recvfrom(descriptor, &bytes, bytes.count, 0, address, &length)
                if count > 0 { _ = sendto(descriptor, bytes, count, 0, address, length) }
            }
        }
    }
}

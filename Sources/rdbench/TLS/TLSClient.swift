/// TLS for the bench's own clients, by the OpenSSL that is installed, found at run time: what is measured is the server, so
/// its certificate is not looked at.
final class TLSClient {
    typealias Handle = OpaquePointer
    private typealias Get = @convention(c) () -> Handle?
    private typealias New = @convention(c) (Handle?) -> Handle?
    private typealias Free = @convention(c) (Handle?) -> Void
    private typealias Control = @convention(c) (Handle?, Int32, Int, UnsafeMutableRawPointer?) -> Int
    private typealias SetDescriptor = @convention(c) (Handle?, Int32) -> Int32
    private typealias Status = @convention(c) (Handle?) -> Int32
    private typealias StatusOf = @convention(c) (Handle?, Int32) -> Int32
    private typealias Read = @convention(c) (Handle?, UnsafeMutableRawPointer?, Int32) -> Int32
    private typealias Write = @convention(c) (Handle?, UnsafeRawPointer?, Int32) -> Int32

    /// What came of a call.
    enum Outcome: Equatable {
        case done(Int)
        /// More must come first, or there must be room.
        case later
        case ended
    }

    /// SSL_CTRL_MODE with SSL_MODE_RELEASE_BUFFERS, so that the bench has room for many, and SSL_ERROR_WANT_READ and WRITE.
    private static let (modeControl, releaseBuffers): (Int32, Int) = (33, 0x10)
    private static let (wantsRead, wantsWrite): (Int32, Int32) = (2, 3)

    private let newConnection: New
    private let freeConnection: Free
    private let freeContext: Free
    private let setDescriptor: SetDescriptor
    private let beClient: Free
    private let handshake: Status
    private let errorOf: StatusOf
    private let readFunction: Read
    private let writeFunction: Write
    private let context: Handle

    /// - Throws: if no OpenSSL is installed.
    init() throws(BenchFailure) {
        guard let library = DynamicLibrary(OpenSSLLibrary.names) else { throw Self.missing }
        guard let method = library.find("TLS_client_method", as: Get.self),
            let newContext = library.find("SSL_CTX_new", as: New.self),
            let freeContext = library.find("SSL_CTX_free", as: Free.self),
            let control = library.find("SSL_CTX_ctrl", as: Control.self),
            let newConnection = library.find("SSL_new", as: New.self),
            let freeConnection = library.find("SSL_free", as: Free.self),
            let setDescriptor = library.find("SSL_set_fd", as: SetDescriptor.self),
            let beClient = library.find("SSL_set_connect_state", as: Free.self),
            let handshake = library.find("SSL_do_handshake", as: Status.self),
            let errorOf = library.find("SSL_get_error", as: StatusOf.self),
            let read = library.find("SSL_read", as: Read.self),
            let write = library.find("SSL_write", as: Write.self), let context = newContext(method())
        else { throw Self.missing }
        _ = control(context, Self.modeControl, Self.releaseBuffers, nil)
        self.newConnection = newConnection
        self.freeConnection = freeConnection
        self.freeContext = freeContext
        self.setDescriptor = setDescriptor
        self.beClient = beClient
        self.handshake = handshake
        self.errorOf = errorOf
        readFunction = read
        writeFunction = write
        self.context = context
    }

    deinit { freeContext(context) }

    private static var missing: BenchFailure { .programFailed("OpenSSL", reason: "no libssl is installed") }

    /// A connection's TLS, which begins with the first call; nil if there is no memory for it.
    func begin(on descriptor: Int32) -> Handle? {
        guard let connection = newConnection(context), setDescriptor(connection, descriptor) == 1 else { return nil }
        beClient(connection)
        return connection
    }

    func shakeHands(_ connection: Handle) -> Outcome { outcome(handshake(connection), connection) }

    func read(_ connection: Handle, into room: UnsafeMutableRawPointer, count: Int) -> Outcome {
        outcome(readFunction(connection, room, Int32(clamping: count)), connection)
    }

    func write(_ connection: Handle, _ bytes: UnsafeRawBufferPointer) -> Outcome {
        outcome(writeFunction(connection, bytes.baseAddress, Int32(clamping: bytes.count)), connection)
    }

    func end(_ connection: Handle) { freeConnection(connection) }

    private func outcome(_ result: Int32, _ connection: Handle) -> Outcome {
        guard result <= 0 else { return .done(Int(result)) }
        let error = errorOf(connection, result)
        return error == Self.wantsRead || error == Self.wantsWrite ? .later : .ended
    }
}

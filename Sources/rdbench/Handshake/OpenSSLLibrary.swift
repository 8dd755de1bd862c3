/// The part of OpenSSL's C interface that a DTLS handshake in memory needs, found in the installed library at run time:
/// Beeline itself does not link it.
struct OpenSSLLibrary {
    typealias Handle = OpaquePointer?
    typealias New = @convention(c) (Handle) -> Handle
    typealias Free = @convention(c) (Handle) -> Void
    typealias Get = @convention(c) () -> Handle
    typealias Control = @convention(c) (Handle, Int32, Int, UnsafeMutableRawPointer?) -> Int
    typealias Status = @convention(c) (Handle) -> Int32
    typealias File = @convention(c) (Handle, UnsafePointer<CChar>, Int32) -> Int32
    typealias SetText = @convention(c) (Handle, UnsafePointer<CChar>) -> Int32
    typealias SetOptions = @convention(c) (Handle, UInt64) -> UInt64
    typealias Verify = @convention(c) (Int32, Handle) -> Int32
    typealias SetVerify = @convention(c) (Handle, Int32, Verify) -> Void
    typealias SetChannels = @convention(c) (Handle, Handle, Handle) -> Void
    typealias Describe = @convention(c) (Int32) -> UnsafePointer<CChar>

    static let names = ["libssl.so.3", "libssl.so.1.1"]

    let version: String
    let datagramMethod: Get
    let newContext: New
    let freeContext: Free
    let controlContext: Control
    let setCiphers: SetText
    let setVerify: SetVerify
    let useCertificate: File
    let usePrivateKey: File
    let newConnection: New
    let freeConnection: Free
    let controlConnection: Control
    let setOptions: SetOptions
    let setChannels: SetChannels
    let beClient: Free
    let beServer: Free
    let shakeHands: Status
    let newChannel: New
    let memoryChannel: Get
    let controlChannel: Control
    let retainChannel: Status

    /// Nil if no OpenSSL is installed, or one without what is needed.
    init?() {
        guard let library = DynamicLibrary(Self.names) else { return nil }
        guard let describe = library.find("OpenSSL_version", as: Describe.self),
            let datagramMethod = library.find("DTLS_method", as: Get.self),
            let newContext = library.find("SSL_CTX_new", as: New.self),
            let freeContext = library.find("SSL_CTX_free", as: Free.self),
            let controlContext = library.find("SSL_CTX_ctrl", as: Control.self),
            let setCiphers = library.find("SSL_CTX_set_cipher_list", as: SetText.self),
            let setVerify = library.find("SSL_CTX_set_verify", as: SetVerify.self),
            let useCertificate = library.find("SSL_CTX_use_certificate_file", as: File.self),
            let usePrivateKey = library.find("SSL_CTX_use_PrivateKey_file", as: File.self),
            let newConnection = library.find("SSL_new", as: New.self),
            let freeConnection = library.find("SSL_free", as: Free.self),
            let controlConnection = library.find("SSL_ctrl", as: Control.self),
            let setOptions = library.find("SSL_set_options", as: SetOptions.self),
            let setChannels = library.find("SSL_set_bio", as: SetChannels.self),
            let beClient = library.find("SSL_set_connect_state", as: Free.self),
            let beServer = library.find("SSL_set_accept_state", as: Free.self),
            let shakeHands = library.find("SSL_do_handshake", as: Status.self),
            let newChannel = library.find("BIO_new", as: New.self),
            let memoryChannel = library.find("BIO_s_mem", as: Get.self),
            let controlChannel = library.find("BIO_ctrl", as: Control.self),
            let retainChannel = library.find("BIO_up_ref", as: Status.self)
        else { return nil }
        version = String(cString: describe(0)).split(separator: " ").prefix(2).joined(separator: " ")
        self.datagramMethod = datagramMethod
        self.newContext = newContext
        self.freeContext = freeContext
        self.controlContext = controlContext
        self.setCiphers = setCiphers
        self.setVerify = setVerify
        self.useCertificate = useCertificate
        self.usePrivateKey = usePrivateKey
        self.newConnection = newConnection
        self.freeConnection = freeConnection
        self.controlConnection = controlConnection
        self.setOptions = setOptions
        self.setChannels = setChannels
        self.beClient = beClient
        self.beServer = beServer
        self.shakeHands = shakeHands
        self.newChannel = newChannel
        self.memoryChannel = memoryChannel
        self.controlChannel = controlChannel
        self.retainChannel = retainChannel
    }
}

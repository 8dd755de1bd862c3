import NIOHTTP1

/// How much a client may say before it is clear what it wants: all of it is kept until its end has come.
enum RequestHead {
    /// The largest field of ours has a first message (`FirstMessage`), in 2 KiB; browsers and proxies add their own.
    static var limits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 4_096
        limits.maxHeaderListSize = 16_384
        limits.maxHeaderFieldCount = 64
        return limits
    }
}

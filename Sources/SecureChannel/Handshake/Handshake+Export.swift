extension Handshake {
    /// Bytes that only the two sides of this handshake know, from message 2 on: keyed by its chaining key and transcript
    /// after that message.
    ///
    /// For the viewer the peer is proven (the words, or the pinned key). For the host nobody is yet: what it sends under
    /// these bytes is readable only to who has the words or the viewer's key, but whether that one is there shows when
    /// something comes back. Of a code's handshake the viewer's static key is not in these bytes; see `exportFinal`.
    ///
    /// - Parameter count: at most 16,320 (RFC 5869 section 2.3: 255 blocks).
    public func export(label: String, count: Int) throws(HandshakeFailure) -> [UInt8] {
        try earlySecret(label: label, count: count).copied()
    }

    /// Bytes that only the two sides know, bound to the whole handshake and both static keys: by which tests compare them.
    ///
    /// - Parameter count: at most 16,320 (RFC 5869 section 2.3: 255 blocks).
    package func exportFinal(label: String, count: Int) throws(HandshakeFailure) -> [UInt8] {
        try completion().final.secret(label: label, count: count).copied()
    }

    func earlySecret(label: String, count: Int) throws(HandshakeFailure) -> SecretBytes {
        switch state {
        case .messageTwo(_, let early): early.secret(label: label, count: count)
        case .finished(let completion): completion.early.secret(label: label, count: count)
        case .beginning, .messageOne, .failed: throw .tooEarly
        }
    }

    func completion() throws(HandshakeFailure) -> Completion {
        guard case .finished(let completion) = state else { throw .tooEarly }
        return completion
    }
}

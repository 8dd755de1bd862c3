import WireFormat

/// Files that are sent.
extension FileStore {
    mutating func open(
        _ identifier: TransferIdentifier, _ source: FileSource
    ) throws(TransferFailure) -> FileOffer {
        let file = try attempt { system throws(DiskFault) in
            switch source {
            case .named(let name): try system.openNamed(name.text)
            case .path(let path): try system.openPath(path)
            }
        }
        do throws(TransferFailure) {
            let status = try attempt { system throws(DiskFault) in try system.status(of: file) }
            sources[identifier] = Source(file: file, status: status)
            return FileOffer(name: Self.name(of: source), size: status.size, token: token(source, status))
        } catch {
            if sources[identifier] == nil { system.close(file) }
            throw error
        }
    }

    private static func name(of source: FileSource) -> String {
        switch source {
        case .named(let name): name.text
        case .path(let path): String(path.split(separator: "/").last ?? "")
        }
    }

    private func token(_ source: FileSource, _ status: FileStatus) -> [UInt8] {
        let state = ChecksumState()
        let numbers = [UInt8](capacity: 16) { output in
            output.append(bigEndian: status.size)
            output.append(bigEndian: status.version)
        }
        let place: String =
            switch source {
            case .named(let name): "named " + name.text
            case .path(let path): "path " + path
            }
        for piece in [tokenKey, numbers, Array(place.utf8)] { state.update(piece.span) }
        return Array(state.checksum.bytes.prefix(FileOffer.tokenCount))
    }

    /// If it is, reading goes on behind it.
    mutating func compare(_ identifier: TransferIdentifier, _ prefix: HeldPrefix) throws(TransferFailure) -> Bool {
        guard var source = sources[identifier], prefix.count <= source.status.size else { throw .disk }
        while source.offset < prefix.count {
            let count = Int(min(UInt64(Self.blockBytes), prefix.count - source.offset))
            source.add(try next(source, count))
        }
        let isEqual = source.checksum.checksum == prefix.checksum
        sources[identifier] = isEqual ? source : Source(file: source.file, status: source.status)
        return isEqual
    }

    mutating func read(
        _ identifier: TransferIdentifier, _ count: Int
    ) throws(TransferFailure) -> ([UInt8], FileChecksum?) {
        guard var source = sources[identifier] else { throw .disk }
        let wanted = Int(min(UInt64(max(count, 0)), source.status.size - source.offset))
        let bytes = wanted > 0 ? try next(source, wanted) : []
        source.add(bytes)
        guard source.offset == source.status.size else {
            sources[identifier] = source
            return (bytes, nil)
        }
        let file = source.file
        let status = try attempt { system throws(DiskFault) in try system.status(of: file) }
        guard status == source.status else { throw .changed }
        sources[identifier] = nil
        system.close(file)
        return (bytes, source.checksum.checksum)
    }

    private mutating func next(_ source: Source, _ count: Int) throws(TransferFailure) -> [UInt8] {
        let bytes = try attempt { system throws(DiskFault) in
            try system.read(source.file, at: source.offset, count: count)
        }
        // It has become shorter.
        guard !bytes.isEmpty, bytes.count <= count else { throw .changed }
        return bytes
    }
}

extension FileStore.Source {
    mutating func add(_ bytes: [UInt8]) {
        checksum.update(bytes.span)
        offset += UInt64(bytes.count)
    }
}

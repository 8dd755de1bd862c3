import WireFormat

/// Files that are received.
extension FileStore {
    mutating func prepare(
        _ identifier: TransferIdentifier, _ name: FileName, _ size: UInt64, _ token: [UInt8]?
    ) throws(TransferFailure) -> HeldPrefix? {
        guard parts[identifier] == nil else { throw .disk }
        if var part = present(name, size, token) {
            parts[identifier] = part
            try readAll(&part, upTo: size)
            parts[identifier] = part
            return size > 0 ? HeldPrefix(count: size, checksum: part.checksum.checksum) : nil
        }
        var part = try openPart(name, size, token)
        parts[identifier] = part
        let file = part.file
        var held = try attempt { system throws(DiskFault) in try system.status(of: file).size }
        if held > size {
            try attempt { system throws(DiskFault) in try system.truncate(file, to: 0) }
            held = 0
        }
        try checkRoom(for: size - held)
        try readAll(&part, upTo: held)
        parts[identifier] = part
        return held > 0 ? HeldPrefix(count: held, checksum: part.checksum.checksum) : nil
    }

    /// The file under its own name, if it is one that this sender knows to be here, or that this side has asked for: its
    /// checksum is nobody else's business.
    private mutating func present(_ name: FileName, _ size: UInt64, _ token: [UInt8]?) -> Part? {
        if let token, !remembered.contains(Remembered(token: token, name: name)) { return nil }
        return openPresent(name, size, token)
    }

    private mutating func openPresent(_ name: FileName, _ size: UInt64, _ token: [UInt8]?) -> Part? {
        guard let file = try? system.openNamed(name.text) else { return nil }
        guard let status = try? system.status(of: file), status.size == size else {
            system.close(file)
            return nil
        }
        return Part(file: file, name: name, size: size, token: token, isPresent: true)
    }

    private mutating func openPart(
        _ name: FileName, _ size: UInt64, _ token: [UInt8]?
    ) throws(TransferFailure) -> Part {
        let partName = Self.partName(name, size, token)
        try makeRoom(besides: partName)
        let file = try attempt { system throws(DiskFault) in try system.openPart(partName) }
        return Part(file: file, name: name, size: size, token: token, isPresent: false)
    }

    /// Removes unfinished files of the past that nobody goes on with.
    private mutating func makeRoom(besides name: String) throws(TransferFailure) {
        guard !hasMadeRoom else { return }
        let names = try attempt { system throws(DiskFault) in try system.names(beginningWith: Self.partPrefix) }
        let open = Set(parts.values.map(Self.partName)).union([name])
        for old in names.filter({ !open.contains($0) }).dropLast(Self.maximumParts - 1) { try? system.remove(old) }
        hasMadeRoom = true
    }

    private mutating func checkRoom(for count: UInt64) throws(TransferFailure) {
        let free = try attempt { system throws(DiskFault) in try system.freeBytes() }
        guard count <= free, free - count >= Self.reservedBytes else { throw .noSpace }
    }

    private mutating func readAll(_ part: inout Part, upTo end: UInt64) throws(TransferFailure) {
        while part.offset < end {
            let (file, offset) = (part.file, part.offset)
            let count = Int(min(UInt64(Self.blockBytes), end - offset))
            let bytes = try attempt { system throws(DiskFault) in try system.read(file, at: offset, count: count) }
            guard !bytes.isEmpty, bytes.count <= count else { throw .disk }
            part.add(bytes)
        }
    }

    mutating func restart(_ identifier: TransferIdentifier) throws(TransferFailure) {
        guard let old = parts[identifier] else { throw .disk }
        if old.isPresent {
            parts[identifier] = nil
            system.close(old.file)
            parts[identifier] = try openPart(old.name, old.size, old.token)
            try checkRoom(for: old.size)
        } else {
            parts[identifier] = Part(file: old.file, name: old.name, size: old.size, token: old.token, isPresent: false)
        }
        guard let file = parts[identifier]?.file else { return }
        try attempt { system throws(DiskFault) in try system.truncate(file, to: 0) }
    }

    mutating func write(_ identifier: TransferIdentifier, _ bytes: [UInt8]) throws(TransferFailure) {
        guard var part = parts[identifier], !part.isPresent, UInt64(bytes.count) <= part.size - part.offset else {
            throw .disk
        }
        let (file, offset) = (part.file, part.offset)
        try attempt { system throws(DiskFault) in try system.write(bytes.span, to: file, at: offset) }
        part.add(bytes)
        parts[identifier] = part
        guard part.offset - part.syncedOffset >= Self.syncBytes else { return }
        try synchronize(identifier)
        parts[identifier]?.syncedOffset = part.offset
    }

    /// A sync that has failed once may succeed the next time though nothing was written.
    private mutating func synchronize(_ identifier: TransferIdentifier) throws(TransferFailure) {
        guard let part = parts[identifier] else { throw .disk }
        do throws(DiskFault) { try system.synchronize(part.file) } catch {
            discard(identifier)
            throw error.transferFailure
        }
    }

    private mutating func discard(_ identifier: TransferIdentifier) {
        guard let part = parts.removeValue(forKey: identifier) else { return }
        if !part.isPresent { try? system.remove(Self.partName(part)) }
        system.close(part.file)
    }

    mutating func commit(
        _ identifier: TransferIdentifier, _ checksum: FileChecksum
    ) throws(TransferFailure) -> FileName {
        guard let part = parts[identifier], part.offset == part.size else { throw .disk }
        guard part.checksum.checksum == checksum else {
            discard(identifier)
            throw .checksum
        }
        try synchronize(identifier)
        let name = part.isPresent ? part.name : try settle(part, checksum)
        try attempt { system throws(DiskFault) in try system.synchronizeFolder() }
        parts[identifier] = nil
        system.close(part.file)
        if let token = part.token { remember(Remembered(token: token, name: part.name), if: name == part.name) }
        return name
    }

    private mutating func remember(_ entry: Remembered, if hasName: Bool) {
        remembered.removeAll { $0 == entry }
        guard hasName else { return }
        if remembered.count >= Self.maximumRemembered { remembered.removeFirst() }
        remembered.append(entry)
    }

    /// Gives a finished file its name, or one with a number where another file has it.
    private mutating func settle(_ part: Part, _ checksum: FileChecksum) throws(TransferFailure) -> FileName {
        let partName = Self.partName(part)
        for number in 0..<100 {
            let name = number == 0 ? part.name : part.name.numbered(number)
            do throws(DiskFault) {
                try system.rename(partName, to: name.text)
                return name
            } catch {
                guard error == .exists else { throw error.transferFailure }
            }
            if try isSame(name, part.size, checksum) {
                try? system.remove(partName)
                return name
            }
        }
        throw .tooMany
    }

    /// Whether the file of this name is the one that has just arrived; if so it will last.
    private mutating func isSame(
        _ name: FileName, _ size: UInt64, _ checksum: FileChecksum
    ) throws(TransferFailure) -> Bool {
        guard var present = openPresent(name, size, nil) else { return false }
        let file = present.file
        defer { system.close(file) }
        try readAll(&present, upTo: size)
        guard present.checksum.checksum == checksum else { return false }
        try attempt { system throws(DiskFault) in try system.synchronize(file) }
        return true
    }
}

extension FileStore.Part {
    mutating func add(_ bytes: [UInt8]) {
        checksum.update(bytes.span)
        offset += UInt64(bytes.count)
    }
}

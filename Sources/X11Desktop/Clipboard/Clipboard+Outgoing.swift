import CX11

extension Clipboard {
    /// A large text on its way to one program.
    struct OutgoingTransfer {
        var window: Window
        var property: Atom
        var type: Atom
        var bytes: [UInt8]
        var sentCount = 0
    }

    func serve(_ request: XSelectionRequestEvent) {
        // Old programs name no property (ICCCM section 2.2).
        let property = request.property == 0 ? request.target : request.property
        guard request.selection == atoms.selection else { return answer(request, property: nil) }
        if case .files(let files) = own, [atoms.uriList, atoms.copiedFiles].contains(request.target) {
            return serve(files, request, property)
        }
        answer(request, property: provide(request.target, request.requestor, property) ? property : nil)
    }

    /// - Parameter property: where what was asked for is; nil if it is not given.
    func answer(_ request: XSelectionRequestEvent, property: Atom?) {
        var answer = XEvent()
        answer.xselection.type = SelectionNotify
        answer.xselection.requestor = request.requestor
        answer.xselection.selection = request.selection
        answer.xselection.target = request.target
        answer.xselection.property = property ?? 0
        answer.xselection.time = request.time
        XSendEvent(connection.display, request.requestor, 0, 0, &answer)
        connection.flush()
    }

    func provide(_ target: Atom, _ requestor: Window, _ property: Atom) -> Bool {
        guard let own else { return false }
        switch target {
        case atoms.targets:
            let targets =
                switch own {
                case .text: [atoms.utf8, atoms.plainUTF8, atoms.text, atoms.string]
                case .files: [atoms.uriList, atoms.copiedFiles, atoms.historyHint, atoms.sharedFiles]
                }
            change(
                requestor, property, beeline_atom_atom(),
                ([atoms.targets, atoms.timestamp] + targets).map { Int(bitPattern: $0) })
        case atoms.timestamp:
            change(requestor, property, beeline_atom_integer(), [Int(bitPattern: ownSince)])
        default:
            switch own {
            case .text(let text): return provide(text, as: target, requestor, property)
            case .files:
                // A history of the clipboard that took them would fetch what nobody has pasted.
                return target == atoms.historyHint && provide(Array("secret".utf8), target, requestor, property)
            }
        }
        return true
    }

    private func provide(_ ownText: [UInt8], as target: Atom, _ requestor: Window, _ property: Atom) -> Bool {
        switch target {
        case atoms.utf8, atoms.plainUTF8: return provide(ownText, target, requestor, property)
        case atoms.text: return provide(ownText, atoms.utf8, requestor, property)
        case atoms.string:
            // What Latin-1 lacks cannot be given to a program that knows nothing else.
            guard let text = Self.latin1(ownText) else { return false }
            return provide(text, target, requestor, property)
        default: return false
        }
    }

    private static func latin1(_ text: [UInt8]) -> [UInt8]? {
        let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
        let bytes = scalars.compactMap { UInt8(exactly: $0.value) }
        return bytes.count == scalars.count ? bytes : nil
    }

    func provide(_ text: [UInt8], _ type: Atom, _ requestor: Window, _ property: Atom) -> Bool {
        if text.count <= Self.partSize {
            change(requestor, property, type, text)
            return true
        }
        XSelectInput(connection.display, requestor, PropertyChangeMask | StructureNotifyMask)
        append(OutgoingTransfer(window: requestor, property: property, type: type, bytes: text))
        change(requestor, property, atoms.incremental, [text.count])
        return true
    }

    func append(_ transfer: OutgoingTransfer) {
        outgoing.removeAll { $0.window == transfer.window && $0.property == transfer.property }
        if outgoing.count >= Self.transferLimit { outgoing.removeFirst() }
        outgoing.append(transfer)
    }

    /// The program has taken a part: the next one, or an empty one that says that it was the last.
    func sendNextPart(to requestor: Window, property: Atom) {
        guard let index = outgoing.firstIndex(where: { $0.window == requestor && $0.property == property }) else {
            return
        }
        let transfer = outgoing[index]
        let end = min(transfer.sentCount + Self.partSize, transfer.bytes.count)
        change(requestor, property, transfer.type, Array(transfer.bytes[transfer.sentCount..<end]))
        outgoing[index].sentCount = end
        if transfer.sentCount == end {
            outgoing.remove(at: index)
            let isWaiting = waiting.contains { $0.request.requestor == requestor }
            if !isWaiting, !outgoing.contains(where: { $0.window == requestor }) {
                XSelectInput(connection.display, requestor, 0)
            }
        }
        connection.flush()
    }

    func change(_ requestor: Window, _ property: Atom, _ type: Atom, _ bytes: [UInt8]) {
        XChangeProperty(
            connection.display, requestor, property, type, 8, PropModeReplace, bytes, Int32(bytes.count))
    }

    /// Items of 32 bits, which Xlib takes as longs.
    func change(_ requestor: Window, _ property: Atom, _ type: Atom, _ items: [Int]) {
        items.withUnsafeBytes { bytes in
            _ = XChangeProperty(
                connection.display, requestor, property, type, 32, PropModeReplace,
                bytes.bindMemory(to: UInt8.self).baseAddress, Int32(items.count))
        }
    }
}

import CX11

/// Files that are offered before they are there. Who asks for them waits, and is kept waiting as long as they are on their
/// way: programs give up an owner that says nothing (Qt after 5 seconds, GTK after 30), but not one that sends a part of
/// its answer now and then.
extension Clipboard {
    /// Offers files. When a program asks for them, `filesWanted` is told, and it waits until `giveFiles` or `refuseFiles`.
    ///
    /// - Parameters:
    ///   - number: names them from now on.
    ///   - uriList: where they will be, as `text/uri-list`.
    ///   - copiedFiles: the same as `x-special/gnome-copied-files`.
    public func setFiles(_ number: UInt64, uriList: [UInt8], copiedFiles: [UInt8]) throws(DisplayFailure) {
        try connection.checkAlive()
        take(.files(OfferedFiles(number: number, uriList: uriList, copiedFiles: copiedFiles)))
    }

    /// The files are where the lists say.
    public func giveFiles(_ number: UInt64) {
        if case .files(var files) = own, files.number == number {
            files.areThere = true
            own = .files(files)
        }
        for paste in takeWaiting(number) {
            switch paste.state {
            case .unanswered:
                answer(
                    paste.request,
                    property: provide(paste.bytes, paste.request.target, paste.request.requestor, paste.property)
                        ? paste.property : nil)
            case .begun(let isTaken, let sentCount): goOn(paste, paste.bytes, sentCount, isTaken: isTaken)
            }
        }
        connection.flush()
    }

    /// The files do not come: who waits for them gets none.
    public func refuseFiles(_ number: UInt64) {
        for paste in takeWaiting(number) { refuse(paste) }
        connection.flush()
    }

    /// Keeps programs waiting; to be called every few seconds.
    public func holdFiles() {
        for index in waiting.indices { hold(&waiting[index]) }
        connection.flush()
    }

    /// Offers files no more, and refuses whoever waits.
    public func dropFiles() {
        for paste in waiting { refuse(paste) }
        waiting = []
        if case .files = own {
            own = nil
            XSetSelectionOwner(connection.display, atoms.selection, 0, ownSince)
        }
        connection.flush()
    }

    /// Takes a request for files.
    func serve(_ files: OfferedFiles, _ request: XSelectionRequestEvent, _ property: Atom) {
        let isPlain = request.target == atoms.uriList
        if files.areThere {
            let isGiven = provide(
                isPlain ? files.uriList : files.copiedFiles, request.target, request.requestor, property)
            return answer(request, property: isGiven ? property : nil)
        }
        // Who asks again has given up what it asked for before.
        waiting.removeAll { $0.request.requestor == request.requestor && $0.property == property }
        guard waiting.count < Self.transferLimit else { return answer(request, property: nil) }
        waiting.append(WaitingPaste(request: request, property: property, files: files, isPlain: isPlain))
        events.append(.filesWanted(files.number))
    }

    private func takeWaiting(_ number: UInt64) -> [WaitingPaste] {
        let found = waiting.filter { $0.files.number == number }
        waiting.removeAll { $0.files.number == number }
        return found
    }

    private func hold(_ paste: inout WaitingPaste) {
        let window = paste.request.requestor
        switch paste.state {
        case .unanswered:
            XSelectInput(connection.display, window, PropertyChangeMask | StructureNotifyMask)
            change(window, paste.property, atoms.incremental, [paste.bytes.count])
            answer(paste.request, property: paste.property)
            paste.state = .begun(isTaken: false, sentCount: 0)
        case .begun(isTaken: true, let sentCount):
            if paste.isPlain {
                change(window, paste.property, paste.request.target, Array("\r\n".utf8))
                paste.state = .begun(isTaken: false, sentCount: 0)
            } else if sentCount < paste.bytes.count - 1 {
                // Its first line must be the first that is sent, so there is nothing but the list itself to send.
                change(window, paste.property, paste.request.target, [paste.bytes[sentCount]])
                paste.state = .begun(isTaken: false, sentCount: sentCount + 1)
            }
        case .begun(isTaken: false, _): break
        }
    }

    private func refuse(_ paste: WaitingPaste) {
        switch paste.state {
        case .unanswered: answer(paste.request, property: nil)
        case .begun(let isTaken, let sentCount):
            // A list that was begun cannot be refused: it ends without a file, or else never.
            guard paste.isPlain || sentCount <= WaitingPaste.harmlessCount else { return }
            goOn(paste, [], 0, isTaken: isTaken)
        }
    }

    private func goOn(_ paste: WaitingPaste, _ bytes: [UInt8], _ sentCount: Int, isTaken: Bool) {
        let window = paste.request.requestor
        append(
            OutgoingTransfer(
                window: window, property: paste.property, type: paste.request.target, bytes: bytes,
                sentCount: sentCount))
        if isTaken { sendNextPart(to: window, property: paste.property) }
    }

    /// A program has read what there was.
    func notePartTaken(by window: Window, _ property: Atom) {
        for index in waiting.indices where waiting[index].request.requestor == window {
            guard waiting[index].property == property, case .begun(_, let count) = waiting[index].state else {
                continue
            }
            waiting[index].state = .begun(isTaken: true, sentCount: count)
        }
    }
}

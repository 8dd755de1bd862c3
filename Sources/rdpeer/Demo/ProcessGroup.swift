import Glibc
import NetworkIO
import WireFormat

/// Programs that were started together and end together, however the program that started them ends.
///
/// The group's leader is a guard (`rdpeer guard`): it reads from a pipe whose other end only we hold, and when that is
/// closed, be it by a crash, it ends the whole group.
final class ProcessGroup {
    private let leader: ChildProcess
    private let lifeline: Int32
    private(set) var children: [ChildProcess] = []
    /// Lines that nobody has waited for yet, by the child's place.
    private var lines: [[String]] = []

    /// - Parameter ownProgram: the path of rdpeer.
    init(ownProgram: String) throws(FileFault) {
        let pipe = try ChildProcess.makePipe()
        defer { close(pipe.reading) }
        lifeline = pipe.writing
        leader = try ChildProcess(
            "guard", program: ownProgram, arguments: ["guard"], group: 0, input: pipe.reading)
    }

    deinit { end() }

    func start(
        _ name: String, _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws(FileFault) -> ChildProcess {
        let child = try ChildProcess(
            name, program: program, arguments: arguments, group: leader.identifier, environment: environment)
        children.append(child)
        lines.append([])
        return child
    }

    /// Waits for a line of a child that `body` makes something of.
    ///
    /// - Throws: `DemoFault` when the child ends, the time is over or a signal asks us to end.
    func wait<Value>(
        for child: ChildProcess, _ what: String, atMost patience: Interval, _ body: (String) -> Value?
    ) throws(DemoFault) -> Value {
        let deadline = BootClock.now + patience
        guard let index = children.firstIndex(where: { $0 === child }) else { throw .ended(child.name, what) }
        while true {
            while !lines[index].isEmpty {
                if let value = body(lines[index].removeFirst()) { return value }
            }
            guard BootClock.now < deadline else { throw .late(child.name, what) }
            let isOpen = try collect(for: deadline - BootClock.now, watching: index)
            if !isOpen, lines[index].isEmpty { throw .ended(child.name, what) }
        }
    }

    /// Lets time pass while the children run.
    func run(for interval: Interval) throws(DemoFault) {
        let end = BootClock.now + interval
        while BootClock.now < end { _ = try collect(for: end - BootClock.now, watching: nil) }
    }

    /// Reads what the children write.
    ///
    /// - Returns: whether the watched one may write more.
    private func collect(for interval: Interval, watching index: Int?) throws(DemoFault) -> Bool {
        if TerminationSignals.isPending { throw .interrupted }
        var polled = children.map { pollfd(fd: $0.isOpen ? $0.output : -1, events: Int16(POLLIN), revents: 0) }
        let milliseconds = Int32(clamping: max(1, min(100, interval.nanoseconds / 1_000_000)))
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return true }
        for (place, entry) in polled.enumerated() where entry.revents != 0 {
            lines[place] += children[place].readLines() ?? []
            // What nobody waits for is not kept for ever.
            lines[place] = lines[place].suffix(1_000)
        }
        return index.map { children[$0].isOpen } ?? true
    }

    /// Ends all children, the last first, and waits for them.
    func end() {
        for child in children.reversed() {
            child.send(SIGTERM)
            let deadline = BootClock.now + .seconds(2)
            while !child.collect(isWaiting: false), BootClock.now < deadline { usleep(10_000) }
            child.send(SIGKILL)
            child.collect(isWaiting: true)
        }
        if leader.isRunning {
            close(lifeline)
            leader.send(SIGKILL)
            leader.collect(isWaiting: true)
        }
    }
}

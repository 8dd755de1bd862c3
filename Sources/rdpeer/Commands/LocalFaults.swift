import ArgumentParser

/// Runs a program and turns what is wrong on this machine into words and the exit status 2.
enum LocalFaults {
    static func reported(by reporter: Reporter, _ body: () throws -> ExitStatus) throws {
        let status: ExitStatus
        do {
            status = try body()
        } catch let error as ValidationError {
            throw error
        } catch {
            reporter.event("fault", [("detail", .string("\(error)"))])
            reporter.warn("rdpeer: \(error)")
            status = .localFault
        }
        if status != .success { throw status.code }
    }
}

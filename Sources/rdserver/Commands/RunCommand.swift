import ArgumentParser
import Foundation
import Logging

/// Runs the server until SIGINT or SIGTERM.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the server. This is what rdserver does without a subcommand.",
        discussion: """
            Each flag but --config can stand in the configuration file ("turn-port": 443) and in the environment \
            (BEELINE_TURN_PORT=443) too. A flag wins over the environment, the environment over the file. \
            BEELINE_CONFIG names the file as well.

            EXIT STATUS: 0 if it was stopped, 2 if something on this machine is missing, wrong or not allowed, 64 if the \
            command line is wrong.
            """)

    @OptionGroup var flags: ServerFlags

    @Flag(help: "Show what would apply and where each value comes from, and start nothing.")
    var printConfig = false

    func run() async throws {
        let settings = flags.settings
        if printConfig { return try SettingsTable(settings: settings).write() }
        let options = try Self.options(settings)
        options.logging.apply()
        for name in Setting.unknownVariables(in: ProcessInfo.processInfo.environment) {
            Logger(label: "rdserver").warning("\(name) of the environment is no setting, and is ignored")
        }
        if options.tlsCertificate == nil, !options.listen.isLoopback {
            Logger(label: "rdserver").warning("signaling is not encrypted (ws); peers' traffic still is")
        }
        let service: ServerService
        do {
            service = try ServerService(options: options)
        } catch {
            FileHandle.standardError.say("rdserver: \(Self.words(error, options))\n")
            throw ExitCode(2)
        }
        try await ServerRun(service: service, options: options).run()
    }

    /// Of an address that cannot be listened on, which setting it is, and what may be the matter.
    private static func words(_ error: any Error, _ options: ServerOptions) -> String {
        guard let setting = ListenPlan(options).setting(namedIn: "\(error)") else { return "\(error)" }
        let isInUse = "\(error)".hasSuffix(String(cString: strerror(EADDRINUSE)))
        return "--\(setting.rawValue): \(error)" + (isInUse ? ". Is a server running already?" : "")
    }

    /// - Throws: the exit status of bad usage, once all that is wrong is said.
    private static func options(_ settings: Settings) throws -> ServerOptions {
        var reader = OptionsReader(settings)
        do throws(SettingFault) { return try reader.read() } catch {
            for fault in reader.faults { FileHandle.standardError.say("rdserver: \(fault)\n") }
            FileHandle.standardError.say("See 'rdserver run --help', and 'rdserver check'.\n")
            throw ExitCode.validationFailure
        }
    }
}

extension ServerFlags {
    /// With those of the environment and the file.
    var settings: Settings {
        Settings(flags: values, environment: ProcessInfo.processInfo.environment, file: config)
    }
}

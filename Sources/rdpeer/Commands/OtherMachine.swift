import ArgumentParser

/// Where files go or come from, and how one gets there.
struct OtherMachine: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var naming: NamingOptions

    @Argument(help: ArgumentHelp("As for rdpeer view.", valueName: "code|host-id|[host-id@]address[:port]"))
    var target: String

    func validate() throws { try HostTarget.check([target]) }
}

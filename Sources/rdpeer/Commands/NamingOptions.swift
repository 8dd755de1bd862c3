import ArgumentParser

/// Whether the server is told who comes: an option of everybody who goes to a host.
struct NamingOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Do not tell the server who comes. One whose policy lets some keys meet some hosts asks a viewer for its HOST-ID, "
                + "with a proof, and may refuse who does not say."))
    var noIdentify = false
}

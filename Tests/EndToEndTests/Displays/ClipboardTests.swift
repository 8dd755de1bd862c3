import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "The clipboard", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xterm", "xwd", "xdotool", "xclip", "setxkbmap", "xlogo"]),
            "Xvfb, xterm, xdotool, xclip, setxkbmap, xlogo or xwd is missing"))
    struct ClipboardTests {
        @Test("text marked in a far terminal is pasted near, and text copied near is pasted into it")
        func terminal() throws {
            try World.run { world in
                let text = "The quick brown fox – größer als €5"
                let place = try Workplace(world) { display in
                    try Workplace.startTerminal(
                        on: display, resources: ["XTerm*selectToClipboard: true"],
                        beginning: "printf '\(text)\\n';", script: Workplace.lineScript(world))
                }
                // From the first character of the first line to behind its end.
                try place.act(["mousemove", "4", "8", "mousedown", "1", "mousemove", "500", "8", "mouseup", "1"])
                try place.viewer.event("clipboard") { $0["direction"]?.string == "received" }
                #expect(try place.pasted("clipboard", on: place.near) == text + "\n")

                let answer = "Zwölf Boxkämpfer jagen Viktor"
                try place.copy(answer, into: "clipboard", on: place.near)
                try place.host.event("clipboard") { $0["direction"]?.string == "received" }
                try place.act(["mousemove", "300", "200", "click", "2"] + Workplace.stroke(36))
                #expect(try place.line(1) == answer)
                try place.end()
            }
        }

        @Test("large texts go in parts, larger ones than the limit not at all", arguments: ["near", "far"])
        func large(from: String) throws {
            try World.run { world in
                let place = try Workplace(world) { try $0.start("xlogo", ["-geometry", "100x100"]) }
                let (source, target) = from == "near" ? (place.near, place.far) : (place.far, place.near)
                let (sender, receiver) = from == "near" ? (place.viewer, place.host) : (place.host, place.viewer)
                let large = String(repeating: "0123456789 äöü €\n", count: 40_000)
                try place.copy(large, into: "clipboard", on: source)
                try receiver.event("clipboard") { $0["bytes"]?.number == Double(large.utf8.count) }
                #expect(try place.pasted("clipboard", on: target) == large)
                try place.copy(large + large, into: "clipboard", on: source)
                try sender.event("clipboard_too_large")
                try place.copy("small", into: "clipboard", on: source)
                try receiver.event("clipboard") { $0["bytes"]?.number == 5 }
                #expect(try place.pasted("clipboard", on: target) == "small")
                #expect(receiver.events("clipboard").count == 2)
                try place.end()
            }
        }

        @Test("a text is not passed round and round where host and viewer share a display")
        func oneDisplay() throws {
            try World.run { world in
                let display = try world.startDisplay()
                let server = try world.startServer()
                let host = try world.startHost(server, ["--display", display.name, "--once"])
                let viewer = try world.startViewer(try host.code(number: 0), server, on: display)
                for side in [host, viewer] { try side.event("clipboard_shared") }
                for count in 1...20 {
                    try world.write(String(repeating: "x", count: count), to: "copied")
                    try display.run("xclip", ["-i", "-selection", "clipboard", world.file("copied")])
                    for side in [host, viewer] {
                        try side.event("clipboard") { $0["bytes"]?.number == Double(count) }
                    }
                }
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                // Each may send it, and once more if it is put here before it was fetched.
                for side in [host, viewer] {
                    let sent = side.events("clipboard").filter { $0["direction"]?.string == "sent" }
                    #expect(sent.count <= 2 * 20, "\(sent.count) texts sent")
                }
            }
        }

        @Test("what is marked goes along where the viewer asks for it")
        func primary() throws {
            try World.run { world in
                let place = try Workplace(world, viewerArguments: ["--primary"]) {
                    try $0.start("xlogo", ["-geometry", "100x100"])
                }
                try place.copy("marked near", into: "primary", on: place.near)
                try place.host.event("clipboard") { $0["selection"]?.string == "primary" }
                #expect(try place.pasted("primary", on: place.far) == "marked near")
                try place.copy("marked far", into: "primary", on: place.far)
                try place.viewer.event("clipboard") { $0["direction"]?.string == "received" }
                #expect(try place.pasted("primary", on: place.near) == "marked far")
                try place.end()
            }
        }

        @Test("--no-clipboard keeps both sides' to themselves, whichever says it", arguments: ["host", "viewer"])
        func off(side: String) throws {
            try World.run { world in
                let place = try Workplace(
                    world, hostArguments: side == "host" ? ["--no-clipboard"] : [],
                    viewerArguments: side == "viewer" ? ["--no-clipboard"] : []
                ) { try $0.start("xlogo", ["-geometry", "100x100"]) }
                try place.copy("far text", into: "clipboard", on: place.far)
                try place.copy("near text", into: "clipboard", on: place.near)
                // What is done later has arrived: so would the text have.
                try place.act(["mousemove", "200", "200", "keydown", "50"])
                try TimeLimit.poll("a key at the host") { try place.far.pressedKeys() == [50] ? true : nil }
                try place.act(["keyup", "50"])
                #expect(try place.pasted("clipboard", on: place.far) == "far text")
                #expect(try place.pasted("clipboard", on: place.near) == "near text")
                try place.end()
                for process in [place.host, place.viewer] { #expect(process.events("clipboard").isEmpty) }
            }
        }
    }
}

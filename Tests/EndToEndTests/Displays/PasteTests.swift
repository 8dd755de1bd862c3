import Foundation
import Testing

extension EndToEnd {
    @Suite(
        "Files that are copied and pasted", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xdotool", "xclip", "setxkbmap", "xlogo", "mkfifo"]),
            "Xvfb, xdotool, xclip, setxkbmap, xlogo or mkfifo is missing"))
    struct PasteTests {
        private static let list = "text/uri-list"
        private static let gnome = "x-special/gnome-copied-files"

        /// Two displays; on one files are copied, on the other they are pasted.
        private struct Setting {
            let place: Workplace
            let source: VirtualDisplay
            let target: VirtualDisplay
            /// The programs on those displays.
            let giver: ChildProcess
            let taker: ChildProcess
            /// Where the taker's folders of pasted files are.
            let cache: String

            init(_ world: World, from: String, _ arguments: [String] = []) throws {
                let isNear = from == "near"
                place = try Workplace(
                    world, hostArguments: isNear ? arguments : [], viewerArguments: isNear ? [] : arguments
                ) { try $0.start("xlogo", ["-geometry", "100x100"]) }
                (source, target) = isNear ? (place.near, place.far) : (place.far, place.near)
                (giver, taker) = isNear ? (place.viewer, place.host) : (place.host, place.viewer)
                cache = world.file((isNear ? "home" : "viewer-home") + "/.cache/beeline")
                try giver.event("files_shared")
                try taker.event("files_shared")
            }

            /// Copies, as a file manager does, and waits until the other side knows.
            func copy(_ paths: [String], as target: String = PasteTests.list) throws {
                let mark = taker.mark
                let uris = paths.map { URL(fileURLWithPath: $0).absoluteString }
                let text =
                    target == PasteTests.gnome
                    ? (["cut"] + uris).joined(separator: "\n") : uris.map { $0 + "\r\n" }.joined()
                try place.world.write(text, to: "uris")
                try source.run("xclip", ["-i", "-t", target, "-selection", "clipboard", place.world.file("uris")])
                try taker.event("files_copied", from: mark) { $0["direction"]?.string == "received" }
            }

            /// Pastes, as a file manager does: the paths that it is given; nil if it is refused.
            func paste(_ target: String = PasteTests.list) throws -> [String]? {
                let script = "xclip -o -t \(target) -selection clipboard || echo refused; echo"
                return PasteTests.paths(in: try self.target.run("sh", ["-c", script]))
            }

            var folders: [String] { PasteTests.names(in: cache).filter { !$0.hasSuffix("-of-mine") } }
        }

        private static func paths(in lines: [String]) -> [String]? {
            let lines = lines.map { $0.trimmingCharacters(in: .whitespaces.union(.newlines)) }.filter { !$0.isEmpty }
            if lines.contains("refused") { return nil }
            return lines.filter { $0 != "copy" }.compactMap { URL(string: $0)?.path }
        }

        private static func names(in folder: String) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
        }

        private static func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

        private static func isPrivate(_ path: String) -> Bool {
            let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            return mode.map { $0 & 0o077 == 0 } ?? false
        }

        /// Files in folders, and what does not go along.
        private static func makeFiles(in world: World, largeBytes: Int = 3_000_001) throws -> String {
            let top = world.file("Grüße & co")
            try FileManager.default.createDirectory(atPath: top + "/inner/none", withIntermediateDirectories: true)
            var state: UInt64 = 1
            let large = (0..<largeBytes).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            try Data(large).write(to: URL(fileURLWithPath: top + "/large.bin"))
            try Data().write(to: URL(fileURLWithPath: top + "/inner/empty"))
            try world.write("text", to: "Grüße & co/inner/100% #1?.txt")
            try world.write("hidden", to: "Grüße & co/.hidden")
            try FileManager.default.createSymbolicLink(atPath: top + "/link", withDestinationPath: "/etc/passwd")
            _ = try world.start("mkfifo", try Tools.other("mkfifo"), [top + "/pipe"]).waitForEnd()
            try world.write("beside", to: "beside.txt")
            return top
        }

        @Test(
            "arrive as they were, in their folders, once they are pasted", arguments: ["near", "far"], [list, gnome])
        func tree(from: String, target: String) throws {
            try World.run { world in
                let setting = try Setting(world, from: from)
                let top = try Self.makeFiles(in: world)
                try setting.copy([top, world.file("beside.txt")], as: target)
                #expect(try setting.giver.event("files_left_out")["count"]?.number == 3)
                let announced = try setting.taker.event("files_copied")
                #expect(announced["files"]?.number == 4 && announced["bytes"]?.number == 3_000_011)
                // What programs ask first, and what tells nothing of any file.
                let targets = try setting.target.run("xclip", ["-o", "-t", "TARGETS", "-selection", "clipboard"])
                #expect(targets.contains(Self.list) && targets.contains(Self.gnome))
                #expect(setting.taker.events("paste_began").isEmpty && setting.folders.count == 1)
                #expect(Self.names(in: "\(setting.cache)/\(setting.folders[0])").isEmpty)

                let paths = try #require(try setting.paste(target))
                #expect(paths.map { $0.split(separator: "/").last } == ["Grüße & co", "beside.txt"])
                let folder = try #require(paths.first)
                #expect(Self.isPrivate("\(setting.cache)/\(setting.folders[0])"))
                #expect(Self.names(in: folder) == ["inner", "large.bin"])
                #expect(Self.names(in: folder + "/inner") == ["100% #1?.txt", "empty", "none"])
                for name in ["large.bin", "inner/empty", "inner/100% #1?.txt"] {
                    #expect(try Self.contents("\(folder)/\(name)") == Self.contents("\(top)/\(name)"), "\(name)")
                }
                #expect(try Self.contents(paths[1]) == Data("beside".utf8))
                for side in [setting.giver, setting.taker] {
                    #expect(try side.event("pasted")["files"]?.number == 4)
                }
                // Again, and in the other form: they are there.
                #expect(try setting.paste(target == Self.list ? Self.gnome : Self.list) == paths)
                #expect(setting.taker.events("pasted").count == 1)
                try setting.place.end()
                #expect(setting.folders.isEmpty, "it is gone with the session")
            }
        }

        @Test("that are not there any more are refused, said on both sides, and the next ones are pasted")
        func changed() throws {
            try World.run { world in
                let setting = try Setting(world, from: "far")
                for change in ["vanished", "changed"] {
                    let marks = (setting.giver.mark, setting.taker.mark)
                    try world.write("as it was", to: "a.txt")
                    try world.write("beside", to: "b.txt")
                    try setting.copy([world.file("b.txt"), world.file("a.txt")])
                    try FileManager.default.removeItem(atPath: world.file("a.txt"))
                    if change == "changed" { try world.write("otherwise", to: "a.txt") }
                    #expect(try setting.paste() == nil)
                    for (side, mark) in [(setting.giver, marks.0), (setting.taker, marks.1)] {
                        let event = try side.event("paste_failed", from: mark)
                        #expect(event["name"]?.string == "a.txt")
                        #expect(event["reason"]?.string == (change == "changed" ? "changed" : "not-found"))
                    }
                }
                try setting.copy([world.file("b.txt")])
                #expect(try setting.paste()?.map { try Self.contents($0) } == [Data("beside".utf8)])
                // A text takes their place.
                let mark = setting.taker.mark
                try setting.place.copy("text", into: "clipboard", on: setting.source)
                try setting.taker.event("clipboard", from: mark)
                #expect(try setting.place.pasted("clipboard", on: setting.target) == "text")
                #expect(try setting.paste() == nil)
                try setting.place.end()
            }
        }

        @Test("that are more than the other side takes are not announced")
        func limit() throws {
            try World.run { world in
                let setting = try Setting(world, from: "near", ["--paste-limit", "1M"])
                _ = try Self.makeFiles(in: world)
                try world.write(URL(fileURLWithPath: world.file("Grüße & co")).absoluteString, to: "uris")
                try setting.source.run(
                    "xclip", ["-i", "-t", Self.list, "-selection", "clipboard", world.file("uris")])
                #expect(try setting.giver.text("reason", of: "files_not_shared") == "too-large")
                try setting.copy([world.file("beside.txt")])
                #expect(setting.taker.events("files_copied").count == 1)
                try setting.place.end()
            }
        }

        @Test("of one name are told apart, and folders in too many others stay")
        func names() throws {
            try World.run { world in
                let setting = try Setting(world, from: "near")
                for folder in ["one", "two", "deep" + String(repeating: "/d", count: 16)] {
                    try FileManager.default.createDirectory(
                        atPath: world.file(folder), withIntermediateDirectories: true)
                }
                try world.write("1", to: "one/a.txt")
                try world.write("2", to: "two/a.txt")
                try setting.copy([world.file("one/a.txt"), world.file("two/a.txt")])
                let paths = try #require(try setting.paste())
                #expect(paths.map { $0.split(separator: "/").last } == ["a.txt", "a (1).txt"])
                #expect(try paths.map { try Self.contents($0) } == [Data("1".utf8), Data("2".utf8)])
                try world.write(URL(fileURLWithPath: world.file("deep")).absoluteString, to: "uris")
                try setting.source.run(
                    "xclip", ["-i", "-t", Self.list, "-selection", "clipboard", world.file("uris")])
                #expect(try setting.giver.text("reason", of: "files_not_shared") == "too-deep")
                // What was copied before is pasted as before.
                #expect(try setting.paste() == paths)
                try setting.place.end()
            }
        }

        @Test("keep a program waiting that would give up, and go on when the other side is back")
        func held() throws {
            try World.run { world in
                let setting = try Setting(world, from: "far")
                _ = try Self.makeFiles(in: world)
                try setting.copy([world.file("Grüße & co")])
                setting.giver.send(SIGSTOP)
                let start = setting.taker.mark
                let paste = try setting.target.start("xclip", ["-o", "-t", Self.list, "-selection", "clipboard"])
                var mark = start
                for _ in 0..<2 {
                    try setting.taker.event("paste_held", from: mark)
                    mark = setting.taker.mark
                }
                #expect(paste.isRunning)
                let progress = try setting.taker.event("paste_progress", from: start)
                #expect(progress["direction"]?.string == "received" && progress["bytes"]?.number == 3_000_005)
                #expect(try #require(progress["done_bytes"]?.number) < 3_000_005)
                setting.giver.send(SIGCONT)
                try setting.taker.event("pasted")
                #expect(try paste.waitForEnd() == .exited(0))
                let folder = try #require(Self.paths(in: paste.lines)?.first)
                #expect(
                    try Self.contents(folder + "/large.bin") == Self.contents(world.file("Grüße & co/large.bin")))
                try setting.place.end()
            }
        }

        @Test("get nothing where the session ends before, not even half", arguments: ["at once", "kept waiting"])
        func ended(after: String) throws {
            try World.run { world in
                let setting = try Setting(world, from: "far")
                _ = try Self.makeFiles(in: world)
                try setting.copy([world.file("Grüße & co")])
                setting.giver.send(SIGSTOP)
                let mark = setting.taker.mark
                let paste = try setting.target.start("xclip", ["-o", "-t", Self.list, "-selection", "clipboard"])
                try setting.taker.event(after == "at once" ? "paste_began" : "paste_held", from: mark)
                setting.taker.send(SIGTERM)
                #expect(try setting.taker.waitForEnd() == .exited(0))
                _ = try paste.waitForEnd()
                #expect(Self.paths(in: paste.lines)?.isEmpty ?? true)
                #expect(setting.folders.isEmpty)
                setting.giver.send(SIGCONT)
                #expect(try setting.giver.waitForEnd() == .exited(0))
            }
        }

        @Test("what a killed program left is removed by the next", arguments: [false, true])
        func abandoned(isOther: Bool) throws {
            try World.run { world in
                let first = try Setting(world, from: "far")
                // What only looks like theirs stays.
                let other = "\(first.cache)/beeline-paste-of-mine"
                try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
                defer { #expect(FileManager.default.fileExists(atPath: other)) }
                try world.write("beside", to: "beside.txt")
                try first.copy([world.file("beside.txt")])
                _ = try first.paste()
                #expect(first.folders.count == 1)
                // Another session of this user keeps its own.
                if !isOther {
                    first.taker.kill()
                    first.giver.kill()
                }
                let second = try Setting(world, from: "far")
                try second.copy([world.file("beside.txt")])
                // Files can be pasted meanwhile.
                try TimeLimit.poll("what was left to be removed, and no more") {
                    second.folders.count == (isOther ? 2 : 1) ? true : nil
                }
                try second.place.end()
                if isOther { try first.place.end() }
                #expect(second.folders.isEmpty)
            }
        }

        @Test("stay where they are if either side shares none", arguments: ["host", "viewer"], ["near", "far"])
        func off(side: String, from: String) throws {
            try World.run { world in
                let place = try Workplace(
                    world, hostArguments: side == "host" ? ["--no-files"] : [],
                    viewerArguments: side == "viewer" ? ["--no-files"] : []
                ) { try $0.start("xlogo", ["-geometry", "100x100"]) }
                let (source, target) = from == "near" ? (place.near, place.far) : (place.far, place.near)
                let (giver, taker) = from == "near" ? (place.viewer, place.host) : (place.host, place.viewer)
                try world.write("file:///etc/passwd\r\n", to: "uris")
                try source.run("xclip", ["-i", "-t", Self.list, "-selection", "clipboard", world.file("uris")])
                // Its name goes as any text does.
                try taker.event("clipboard") { $0["direction"]?.string == "received" }
                let targets = try target.run("xclip", ["-o", "-t", "TARGETS", "-selection", "clipboard"])
                #expect(targets.contains("UTF8_STRING") && !targets.contains(Self.list))
                for process in [giver, taker] {
                    #expect(process.events("files_shared").isEmpty && process.events("files_copied").isEmpty)
                }
                try place.end()
            }
        }
    }
}

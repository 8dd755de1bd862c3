import FileTransfer
import Testing
import WireFormat

/// Lists of copied files, as programs hand them to each other.
@Suite struct URIListTests {
    private func read(_ text: String) -> URIList { URIList.decode(Array(text.utf8).span, hostName: "Desk") }

    @Test func `both forms are read`() {
        let paths = ["/a/b c", "/ü", "/100%", "/a?b#c"]
        let list = URIList(paths)
        #expect(
            String(decoding: list.encoded, as: UTF8.self)
                == "file:///a/b%20c\r\nfile:///%C3%BC\r\nfile:///100%25\r\nfile:///a%3Fb%23c\r\n")
        #expect(String(decoding: list.encodedCopy, as: UTF8.self).hasPrefix("copy\nfile:///a/b%20c\nfile"))
        for bytes in [list.encoded, list.encodedCopy] {
            #expect(URIList.decode(bytes.span, hostName: "Desk") == list)
        }
    }

    static let written: [(line: String, path: String)] = [
        ("file:///a", "/a"), ("FILE:///a", "/a"), ("file:/a", "/a"), ("file://localhost/a", "/a"),
        ("file://LOCALHOST/a", "/a"), ("file://desk/a", "/a"), ("file:///a/", "/a"), ("file:///a//b", "/a/b"),
        ("  file:///a \r", "/a"), ("file:///%41%c3%BC", "/Aü"), ("file:///a+b&c=d;e", "/a+b&c=d;e"),
        ("file:///ü", "/ü"),
        ("cut\nfile:///a", "/a"), ("# of yesterday\n\nfile:///a\nfile:///%61", "/a"),
    ]

    @Test(arguments: written)
    func `paths are read as programs write them`(written: (line: String, path: String)) {
        #expect(read(written.line).paths == [written.path] && read(written.line).otherCount == 0)
    }

    @Test(
        arguments: [
            "http://localhost/a", "sftp://desk/a", "file://other/a", "file://", "file:", "file:///", "file:a", "a",
            "/a",
            "file:///a/../b", "file:///a/%2e%2E/b", "file:///.", "file:///a%00b", "file:///a%2Fb", "file:///a%2",
            "file:///%",
            "file:///%zz", "file:///%C3%28", "file:///a#b", "file:///a?b", "copy file:///a",
        ])
    func `what is no file of this machine is left out, and counted`(line: String) {
        #expect(read(line).paths.isEmpty && read(line).otherCount == 1)
        #expect(read("file:///x\n\(line)\nfile:///y").paths == ["/x", "/y"])
    }

    @Test(arguments: [-1, 0, 1, 5])
    func `more than the limit is said to be more`(excess: Int) {
        let lines = (0..<URIList.maximumCount + excess).map { "file:///\($0)" }
        // One that was named already is not one more.
        let list = read((lines + ["file:///0", "http://other/a"]).joined(separator: "\n"))
        #expect(list.paths.count == min(lines.count, URIList.maximumCount))
        #expect(list.isCut == (excess > 0) && list.otherCount == 1)
    }

    @Test func `names that look alike are two files`() {
        #expect(read("file:///%C3%BC\nfile:///u%CC%88\nfile:///%C3%BC").paths.count == 2)
    }
}

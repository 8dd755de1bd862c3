import Foundation
import Testing

extension EndToEnd {
    /// Marks that a router of this kernel makes (ECN): the real programs see them and go on with ECN; where they are
    /// cleared, without.
    @Suite(
        "Routers mark what is too much",
        .enabled(if: KernelNetwork.isUsable, Comment(rawValue: KernelNetwork.reason)))
    struct CongestionMarkTests {
        @Test(
            "marks arrive and are reported; where they are cleared none are made",
            arguments: KernelNetwork.Marking.allCases)
        func marks(marking: KernelNetwork.Marking) throws {
            try World.run { world in
                let network = try KernelNetwork(.open, world: world)
                try network.setMarking(marking)
                let box = world.file("box")
                try FileManager.default.createDirectory(atPath: box, withIntermediateDirectories: true)
                let content = Data((0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
                try content.write(to: URL(fileURLWithPath: box + "/large.bin"))
                let server = try network.startOutside(
                    "rdserver", try Tools.own("rdserver"), ["--json", "--listen", KernelNetwork.server])
                let common = ["--server", try server.text("url", of: "listening"), "--json", "--no-port-mapping"]
                let host = try network.startOutside(
                    "rdpeer host", try Tools.own("rdpeer"),
                    ["host", "--screen", "test:320x240", "--files", "both", "--files-directory", box] + common)
                let get = try network.startInside(
                    "rdpeer get", try Tools.own("rdpeer"),
                    ["get", try host.text("code", of: "code"), "large.bin", "--into", world.folder] + common)
                #expect(try get.waitForEnd(seconds: 60) == .exited(0))
                #expect(try Data(contentsOf: URL(fileURLWithPath: world.file("large.bin"))) == content)
                let sent = try host.event("ended")
                let marks = try #require(sent["ecn_marks_reported"]?.number)
                print("\(marking): \(marks) marks on \(sent["datagrams_sent"]?.number ?? 0) datagrams")
                switch marking {
                case .marks:
                    #expect(sent["ecn"]?.boolean == true)
                    #expect(marks > 0)
                case .clears:
                    #expect(sent["ecn"]?.boolean == false)
                    #expect(marks == 0)
                }
            }
        }
    }
}

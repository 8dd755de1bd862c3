import Foundation

/// nginx before several servers, as an operator would have it, in the foreground and with files of its own.
struct LoadBalancer {
    private static let attempts = 5

    let process: ChildProcess
    /// Where peers come.
    let url: String

    static let areToolsThere = Tools.areUsable(["nginx"])

    /// Rooms are spread by the path of the URL alone, in which each connection about a room names it. A server that does
    /// not answer, and one that answers a viewer that its room is not there, are followed by the next one.
    private static func configuration(_ world: World, port: UInt16, servers: [String]) throws -> String {
        let places = servers.map { "server \($0) max_fails=1 fail_timeout=2s;" }.joined(separator: "\n        ")
        return """
            daemon off;
            master_process off;
            pid \(world.file("nginx.pid"));
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
                access_log off;
                client_body_temp_path \(world.file("nginx-body"));
                proxy_temp_path \(world.file("nginx-proxy"));
                fastcgi_temp_path \(world.file("nginx-fastcgi"));
                uwsgi_temp_path \(world.file("nginx-uwsgi"));
                scgi_temp_path \(world.file("nginx-scgi"));
                upstream rdservers {
                    hash $uri consistent;
                    \(places)
                }
                server {
                    listen 127.0.0.1:\(port);
                    \(try recipe())
                }
            }
            """
    }

    /// What README.md tells operators to have nginx do.
    private static func recipe() throws -> Substring {
        let file = URL(fileURLWithPath: Fixtures.folder).deletingLastPathComponent().appending(path: "README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let recipe = text.firstMatch(of: /location \/ \{\s*proxy_pass http:\/\/rdservers;[^{}]*\}/)?.output else {
            throw Failure("README.md has no recipe for nginx")
        }
        return recipe
    }

    /// - Parameter servers: their addresses, with ports.
    init(_ world: World, _ servers: [String]) throws {
        let nginx = try Tools.other("nginx")
        // Somebody else may take the port before nginx does; then there is another.
        for _ in 0..<Self.attempts {
            let port = try Self.freePort()
            try world.write(
                try Self.configuration(world, port: port, servers: servers), to: "nginx.conf")
            let process = try world.start(
                "nginx", nginx, ["-p", world.folder, "-c", world.file("nginx.conf"), "-e", world.file("nginx-errors")])
            let isListening = try TimeLimit.poll("nginx listens") { () -> Bool? in
                if OpenPort.all(of: [process]).contains(where: { $0.port == port }) { return true }
                return process.isRunning ? nil : false
            }
            if isListening {
                self.process = process
                url = "ws://127.0.0.1:\(port)/"
                return
            }
        }
        throw Failure("nginx found no free port; what it said: \(world.contents(of: "nginx-errors") ?? "nothing")")
    }

    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(descriptor, name, size) == 0 ? getsockname(descriptor, name, &size) : -1
            }
        }
        guard code == 0 else { throw Failure("no free port") }
        return UInt16(bigEndian: name.sin_port)
    }
}

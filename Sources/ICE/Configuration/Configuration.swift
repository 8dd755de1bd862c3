extension Agent {
    /// What an agent is told at its start.
    public struct Configuration: Sendable {
        public var role: Role
        public var local: Credentials
        public var policy: Policy
        public var servers: [Server]
        public var pacing = Pacing()
        public var liveness = Liveness()
        public var limits = Limits()
        public var hardNAT = HardNAT()
        public var tcpUse = TCPUse()

        public init(role: Role, local: Credentials, policy: Policy = .all, servers: [Server] = []) {
            self.role = role
            self.local = local
            self.policy = policy
            self.servers = servers
        }
    }
}

import ICE
import Testing

@Suite("Role conflicts")
struct RoleTests {
    /// RFC 8445 section 7.3.1.1: whatever both sides believe, they end in opposite roles and connected.
    @Test(
        arguments: [
            [Agent.Role.controlling, .controlling], [.controlled, .controlled], [.controlled, .controlling],
        ], [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func areResolved(_ roles: [Agent.Role], _ seed: UInt64) {
        var network = Scenario(nats: [.portRestricted, .portRestricted], roles: roles, seed: seed).makeNetwork()
        network.run(for: .seconds(3))
        #expect(network.isDirect)
        #expect(network.peers[0].agent.role == network.peers[1].agent.role.opposite)
        let changes = network.peers.flatMap(\.events).filter { if case .roleChanged = $0 { true } else { false } }
        #expect(changes.count == (roles[0] == roles[1] ? 1 : 0))
    }
}

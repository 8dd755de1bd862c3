import STUN
import TURN
import Testing
import WireFormat

/// How often a source or a client is heard, and what one may hold.
@Suite struct RateTests {
    private func limited(_ configure: (inout Server.Limits) -> Void = { _ in }) -> Server {
        World {
            $0.limits.unauthenticatedRequests = Server.RateLimit(perSecond: 10, burst: 20)
            $0.limits.requestsPerAllocation = Server.RateLimit(perSecond: 5, burst: 30)
            configure(&$0.limits)
        }.server
    }

    @Test(arguments: [STUN.Method.binding, .allocate, .refresh, .createPermission, .channelBind])
    func strangersAreHeardSoOftenOnly(method: STUN.Method) {
        var server = limited()
        var client = RawClient()
        var answers = 0
        for _ in 0..<200 {
            let bytes = client.plainRequest(method)
            if client.exchange(bytes, with: &server, at: .zero) != nil { answers += 1 }
        }
        #expect(answers == 20 && server.statistics.tooOften == 180)
        for _ in 0..<200 {
            let bytes = client.plainRequest(method)
            if client.exchange(bytes, with: &server, at: .zero + .seconds(1)) != nil { answers += 1 }
        }
        #expect(answers == 30)
        #expect(server.allocationCount == 0 && server.nextDeadline == nil)
    }

    /// Ports do not matter, and an IPv6 host cannot use its /64 to look like many; other sources are still heard.
    @Test func sourcesAreHostsNotPorts() {
        var server = limited()
        for (prefix, others) in [("198.51.100.7:", "198.51.100.8:"), ("[2620::1:%]:", "[2620:0:0:1::%]:")] {
            var answers = 0
            for index in 0..<100 {
                let text = prefix.replacing("%", with: String(index + 1, radix: 16)) + "\(index + 1)"
                var client = RawClient(text)
                let bytes = client.plainRequest(.allocate)
                if client.exchange(bytes, with: &server, at: .zero) != nil { answers += 1 }
            }
            #expect(answers == 20)
            var other = RawClient(others.replacing("%", with: "1") + "1")
            let bytes = other.plainRequest(.allocate)
            #expect(other.exchange(bytes, with: &server, at: .zero)?.code == .unauthenticated)
        }
    }

    /// A flood from its own address does not reach a client that has an allocation.
    @Test func allocationsOutliveFloodsFromTheirAddress() {
        var server = limited()
        var client = RawClient()
        client.challenge(&server, at: .zero)
        #expect(client.allocate(&server, at: .zero)?.isSuccess == true)
        for port in 1...200 {
            var flood = RawClient("198.51.100.7:\(port)")
            let bytes = flood.plainRequest(.allocate)
            _ = flood.exchange(bytes, with: &server, at: .zero)
        }
        #expect(client.refresh(lifetimeSeconds: 600, &server, at: .zero)?.isSuccess == true)
        #expect(client.permit([address("192.0.2.9:1")], &server, at: .zero)?.isSuccess == true)
    }

    @Test func clientsAreHeardSoOftenOnly() {
        var server = limited()
        var client = RawClient()
        client.challenge(&server, at: .zero)
        _ = client.allocate(&server, at: .zero)
        var answers = 0
        for _ in 0..<200 where client.refresh(lifetimeSeconds: 600, &server, at: .zero) != nil { answers += 1 }
        #expect(answers == 30)
        for _ in 0..<200 where client.refresh(lifetimeSeconds: 600, &server, at: .zero + .seconds(2)) != nil {
            answers += 1
        }
        #expect(answers == 40)
    }

    @Test func quotasAreForUsersAndForSources() {
        var server = limited {
            $0.allocationsPerUser = 2
            $0.allocationsPerSource = 4
            $0.allocations = 6
            $0.unauthenticatedRequests = Server.RateLimit(perSecond: 100, burst: 100)
        }
        func attempt(_ remote: String, _ user: String) -> ErrorCode? {
            var client = RawClient(remote, user: user)
            client.challenge(&server, at: .zero)
            return client.allocate(&server, at: .zero)?.code
        }
        #expect([1, 2, 3].map { attempt("198.51.100.7:\($0)", "a") } == [nil, nil, .allocationQuotaReached])
        #expect([4, 5, 6].map { attempt("198.51.100.7:\($0)", "b") } == [nil, nil, .allocationQuotaReached])
        #expect(attempt("198.51.100.7:7", "c") == .allocationQuotaReached)
        #expect(attempt("198.51.100.8:7", "a") == .allocationQuotaReached)
        #expect([1, 2].map { attempt("198.51.100.9:\($0)", "d") } == [nil, nil])
        #expect(attempt("198.51.100.10:1", "e") == .insufficientCapacity)
        #expect(server.allocationCount == 6)
    }
}

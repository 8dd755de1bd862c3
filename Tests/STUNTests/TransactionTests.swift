import STUN
import Testing
import WireFormat

@Suite struct TransactionTests {
    private func milliseconds(_ count: Int64) -> Instant { .zero + .milliseconds(count) }

    private func identifier(_ number: UInt64) -> TransactionIdentifier { TransactionIdentifier(high: 0, low: number) }

    /// "requests are sent at times 0 ms, 500 ms, 1500 ms, 3500 ms, 7500 ms, 15500 ms, and 31500 ms. If the client has
    /// not received a response after 39500 ms, the client will consider the transaction to have timed out."
    @Test func timesOfRFC8489() {
        var table = TransactionTable<String>()
        table.start(identifier(1), "request", at: .zero)
        var sent: [Instant] = [.zero]
        var timedOutAt: Instant?
        while let now = table.nextDeadline {
            switch table.popDue(at: now) {
            case .retransmission(let transaction):
                sent.append(now)
                #expect(transaction.content == "request" && transaction.sendCount == sent.count)
            case .timeout: timedOutAt = now
            case nil: Issue.record("nothing is due at its own deadline")
            }
        }
        #expect(sent == [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500].map(milliseconds))
        #expect(timedOutAt == milliseconds(39_500))
        #expect(table.isEmpty)
    }

    @Test func reliableTransportsRepeatNothing() {
        var table = TransactionTable<Int>()
        table.start(identifier(1), 0, isReliable: true, at: .zero)
        #expect(table.nextDeadline == milliseconds(39_500))
        guard case .timeout = table.popDue(at: milliseconds(39_500)) else {
            Issue.record("no timeout")
            return
        }
        #expect(table.nextDeadline == nil)
    }

    @Test func policiesAreConfigurable() {
        let policy = RetransmissionPolicy(
            initialTimeout: .milliseconds(50), sendCount: 5, finalWaitFactor: 4, maximumTimeout: .milliseconds(100))
        var table = TransactionTable<Int>()
        table.start(identifier(1), 0, policy: policy, at: .zero)
        var instants: [Instant] = []
        while let now = table.nextDeadline {
            instants.append(now)
            _ = table.popDue(at: now)
        }
        #expect(instants == [50, 150, 250, 350, 550].map(milliseconds))
    }

    @Test func answersEndTransactions() {
        var table = TransactionTable<Int>()
        table.start(identifier(1), 10, at: .zero)
        table.start(identifier(2), 20, at: milliseconds(100))
        #expect(table.finish(identifier(3)) == nil)
        let first = table.finish(identifier(1))
        #expect(first?.content == 10 && first?.roundTrip(at: milliseconds(30)) == .milliseconds(30))
        #expect(table.finish(identifier(1)) == nil)
        #expect(table.nextDeadline == milliseconds(600))
        _ = table.popDue(at: milliseconds(600))
        #expect(table.find(identifier(2))?.roundTrip(at: milliseconds(700)) == nil)
        table.removeAll { $0.content == 20 }
        #expect(table.nextDeadline == nil && table.isEmpty)
    }

    @Test func tiesGoInTheOrderOfStarting() {
        var table = TransactionTable<UInt64>()
        for number in 0..<5 as Range<UInt64> { table.start(identifier(number), number, at: .zero) }
        var order: [UInt64] = []
        while case .retransmission(let transaction) = table.popDue(at: milliseconds(500)) {
            order.append(transaction.content)
        }
        #expect(order == [0, 1, 2, 3, 4])
    }

    @Test func theTableIsLimited() {
        var table = TransactionTable<Int>(limit: 2)
        #expect(table.start(identifier(1), 1, at: .zero) && table.start(identifier(2), 2, at: .zero))
        #expect(!table.start(identifier(3), 3, at: .zero) && table.count == 2)
    }

    /// A driver that slept for a minute sends each request once, not every repetition that it missed.
    @Test func lateDriversSendNoBurst() {
        var table = TransactionTable<Int>()
        table.start(identifier(1), 1, at: .zero)
        let late = milliseconds(60_000)
        var count = 0
        while table.popDue(at: late) != nil { count += 1 }
        #expect(count == 1 && table.nextDeadline == milliseconds(61_000))
    }

    /// Against a list of deadlines kept naively.
    @Test(arguments: 0..<20)
    func deadlinesMatchANaiveTable(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var table = TransactionTable<UInt64>(limit: 50)
        var naive: [UInt64: (count: Int, at: Instant)] = [:]
        var now = Instant.zero
        for number in 0..<500 as Range<UInt64> {
            now = now + .milliseconds(Int64(random.next() % 200))
            while let due = table.popDue(at: now) {
                switch due {
                case .retransmission(let transaction):
                    let count = transaction.sendCount
                    #expect((naive[transaction.content]?.at ?? .distantFuture) <= now)
                    let wait: Int64 = count == 7 ? 8_000 : 500 << Int64(count - 1)
                    naive[transaction.content] = (count, now + .milliseconds(wait))
                case .timeout(let transaction):
                    #expect(naive[transaction.content]?.count == 7)
                    naive[transaction.content] = nil
                }
            }
            if random.next() % 2 == 0, table.start(identifier(number), number, at: now) {
                naive[number] = (1, now + .milliseconds(500))
            } else {
                let victim = random.next() % (number + 1)
                #expect((table.finish(identifier(victim)) != nil) == (naive.removeValue(forKey: victim) != nil))
            }
            #expect(table.nextDeadline == naive.values.map(\.at).min() && table.count == naive.count)
        }
    }
}

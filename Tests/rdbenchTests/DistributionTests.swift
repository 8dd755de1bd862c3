import Testing
import rdbench

@Suite("Percentiles")
struct DistributionTests {
    @Test("agree with sorted values to three digits", arguments: [1, 2, 7, 100, 1_000])
    func percentiles(count: Int) {
        let values = (0..<count).map { Double($0 * 7_919 % count) * 1.5 + 0.25 }
        let distribution = Distribution(values)
        let sorted = values.sorted()
        for percent in [50.0, 95, 99, 100] {
            let rank = max(Int((percent / 100 * Double(count)).rounded(.up)), 1)
            let expected = sorted[rank - 1]
            let measured = distribution.percentile(percent) ?? -1
            #expect(abs(measured - expected) <= expected * 0.002 + 0.001)
        }
        #expect(distribution.count == count)
    }

    @Test("are nil without values")
    func empty() {
        #expect(Distribution().percentile(50) == nil)
        #expect(Distribution().isEmpty)
        #expect(Distribution().json["count"] == .integer(0))
    }

    @Test("leave out what is no number, and take negative values for zero")
    func strange() {
        let distribution = Distribution([.nan, .infinity, -.infinity, -5])
        #expect(distribution.count == 1)
        #expect(distribution.percentile(50) == 0)
    }

    @Test("The cumulative distribution rises to one")
    func cumulative() {
        let points = Distribution([3, 1, 2, 2]).cumulative
        #expect(points.map(\.share) == [0.25, 0.75, 1])
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.value < $1.value })
    }
}

import WireFormat

/// Text that means nothing.
enum Words {
    private static let all = """
        the of and screen relay packet window tile path frame peer host view with from over under between codec network \
        address mapping session candidate timer measure colour shape pixel bench seed random round trip
        """.split(separator: " ").map(String.init)

    static func line(_ count: Int, _ random: inout SeededRandom) -> String {
        (0..<count).map { _ in all[Int(random.next() % UInt64(all.count))] }.joined(separator: " ")
    }
}

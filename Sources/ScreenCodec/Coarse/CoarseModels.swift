/// What coarse tiles are like before the first of a body was seen: what photos taught, in 1/4,096 for "no".
enum CoarseModels {
    /// Brightness, then the colours: the lengths of a mean's difference, and of the scan.
    private static let means: [16 of UInt16] = [
        600, 800, 1_200, 1_800, 2_500, 2_800, 2_400, 2_048, 1_300, 1_900, 2_600, 3_000, 2_800, 2_100, 2_048, 2_048,
    ]
    private static let ends: [16 of UInt16] = [
        1_000, 700, 900, 1_700, 2_000, 1_600, 2_048, 2_048, 3_200, 2_500, 2_400, 2_300, 2_100, 2_048, 2_048, 2_048,
    ]
    /// By the pattern's zone, and how large its two neighbours are.
    private static let levels: [15 of UInt16] = [
        1_200, 1_600, 1_200, 2_200, 2_050, 1_450, 2_750, 2_450, 1_900, 3_100, 2_800, 2_400, 3_700, 3_400, 2_800,
    ]

    static func reset(_ models: Bank<AdaptiveBit>) {
        for index in means.indices {
            models[ModelPlace.coarseMean + index] = AdaptiveBit(chanceOfFalse: means[index])
            models[ModelPlace.coarseEnd + index] = AdaptiveBit(chanceOfFalse: ends[index])
        }
        for index in levels.indices {
            models[ModelPlace.coarseIsLevel + index] = AdaptiveBit(chanceOfFalse: levels[index])
            models[ModelPlace.coarseIsLevel + 15 + index] = AdaptiveBit(chanceOfFalse: levels[index])
        }
    }
}

/// Where in a workspace's bank of models each kind of decision has its own.
enum ModelPlace {
    static let count = 512

    /// By the previous tile's kind, then a tree of three decisions.
    static let kind = 0
    static let isNext = 64
    static let skipLength = 66
    static let isBackground = 84
    /// By whether the tile is right of the one before.
    static let patchLeftIsInside = 86
    static let isForeground = 88
    static let isCached = 90
    static let patchRightIsInside = 93
    static let bitmapRowRepeats = 94
    static let drawnRowRepeats = 98
    static let drawnIsCached = 100
    static let isBelow = 101
    static let patchTopIsInside = 102
    static let patchBottomIsInside = 103
    static let isExact = 104
    /// By whether the tile before was a patch.
    static let isPatch = 112
    static let patchBasis = 114
    static let patchColumns = 115
    static let patchRows = 116
    static let patchIsOnMove = 117
    static let grainIsMean = 118
    static let grainIsDirect = 119
    /// Eight.
    static let patchBasisLength = 120
    static let isLeft = 128
    static let isAbove = 160
    static let bitmap = 256

    /// Of coarse tiles, each number with eight, and those of brightness before those of colour.
    static let coarseScale = 384
    static let coarseMean = 392
    static let coarseEnd = 408
    static let coarseLevel = 424
    static let coarseIsLevel = 456

    /// What tiles of any kind use.
    static let common = 0..<isLeft

    /// What tiles of one kind use beside that.
    static func own(_ kind: TileKind) -> Range<Int>? {
        switch kind {
        case .drawn: isLeft..<isAbove + 32
        case .bitmap: bitmap..<coarseScale
        case .coarse: coarseScale..<count
        case .solid, .photo, .grain, .raw, .repeated: nil
        }
    }

    /// Every body starts from this, so that it decodes alone.
    static func reset(_ models: Bank<AdaptiveBit>) {
        models.fill(with: AdaptiveBit())
        // Most skips are long.
        for place in skipLength..<skipLength + 16 { models[place] = AdaptiveBit(chanceOfFalse: 640) }
        models[patchLeftIsInside + 1] = AdaptiveBit(chanceOfFalse: 3_584)
        models[patchIsOnMove] = AdaptiveBit(chanceOfFalse: 3_072)
        for place in isNext..<isNext + 2 { models[place] = AdaptiveBit(chanceOfFalse: 3_584) }
        for place in isLeft..<isAbove + 32 { models[place] = AdaptiveBit(chanceOfFalse: 1_024) }
        models[isPatch] = AdaptiveBit(chanceOfFalse: 3_072)
        models[isPatch + 1] = AdaptiveBit(chanceOfFalse: 1_024)
        for previous in 0..<TileKind.codeCount {
            // Raw tiles are rare; what follows one colour mostly has it, too.
            models[kind + previous * 8 + 6] = AdaptiveBit(chanceOfFalse: 256)
            let isPlain = previous == Int(TileKind.solid.rawValue) || previous == Int(TileKind.repeated.rawValue)
            if isPlain { models[kind + previous * 8 + 3] = AdaptiveBit(chanceOfFalse: 3_584) }
        }
        models[drawnIsCached] = AdaptiveBit(chanceOfFalse: 1_024)
        CoarseModels.reset(models)
    }
}

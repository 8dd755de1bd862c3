/// How a link loses packets.
public enum LossModel: Hashable, Sendable {
    /// Every packet arrives.
    case none
    /// Each packet is lost independently, with this probability.
    case bernoulli(Double)
    /// Gilbert (1960), Elliott (1963): a Markov chain of a good and a bad state, each with its loss probability.
    /// The chain steps once per packet; `toBad` and `toGood` are the probabilities of leaving the other state.
    case gilbertElliott(toBad: Double, toGood: Double, lossWhenGood: Double, lossWhenBad: Double)
}

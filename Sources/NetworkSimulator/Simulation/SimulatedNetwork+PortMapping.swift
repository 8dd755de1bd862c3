import WireFormat

extension SimulatedNetwork {
    /// A packet from inside to the gateway's own address.
    mutating func answerPortMappingRequest(_ slot: Int, at gateway: Int) -> Int? {
        drop(slot, .noRoute)
    }
}

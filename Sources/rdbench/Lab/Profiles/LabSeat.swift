/// Who sits where: each place exists once for hosts and once for viewers.
struct LabSeat: Hashable, Sendable {
    let place: LabPlace
    let isHost: Bool

    var name: String { "\(place.rawValue)-\(isHost ? "host" : "viewer")" }
}

/// What the demonstration was asked to do.
struct DemoSettings {
    var folder: String
    var seconds: Double
    var keepsRunning: Bool
    var width = 1_280
    var height = 720
}

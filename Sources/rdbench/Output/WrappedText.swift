/// Text broken into lines at spaces.
package enum WrappedText {
    /// - Parameters:
    ///   - width: in characters; only a single word may be longer.
    ///   - indent: what lines after the first begin with.
    package static func lines(_ text: String, width: Int, indent: String = "") -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + word.count + 1 > width {
                lines.append(line)
                line = indent + word
            } else {
                line += line.isEmpty ? word : " " + word
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }
}

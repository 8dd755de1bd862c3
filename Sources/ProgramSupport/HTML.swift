import Foundation

/// Text on its way into a page.
package enum HTML {
    /// Makes any text harmless, as content and within quoted attributes.
    package static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// A table of texts.
    ///
    /// - Parameters:
    ///   - attributes: the table's own, as they stand in its tag: `id="refusals"`.
    ///   - namesRows: the first column names its row.
    package static func table(
        _ titles: [String], _ rows: [[String]], attributes: String = "", namesRows: Bool = false
    ) -> String {
        let head = titles.map { "<th>\(escaped($0))</th>" }.joined()
        let body = rows.map { row in
            let cells = row.enumerated().map { index, cell in
                namesRows && index == 0 ? "<th scope=\"row\">\(escaped(cell))</th>" : "<td>\(escaped(cell))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return """
            <table\(attributes.isEmpty ? "" : " ")\(attributes)><thead><tr>\(head)</tr></thead><tbody>
            \(body.joined(separator: "\n"))
            </tbody></table>
            """
    }

    /// A coordinate of a drawing: a tenth of a unit is finer than any screen shows.
    package static func coordinate(_ value: Double) -> String { String(format: "%.1f", value) }
}

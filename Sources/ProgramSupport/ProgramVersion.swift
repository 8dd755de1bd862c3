/// What the programs call themselves.
package enum ProgramVersion {
    package static let text = "0.1.0"
}

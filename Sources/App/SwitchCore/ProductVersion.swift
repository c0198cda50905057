/// What this build calls itself.
package enum ProductVersion {
    package static let text = "0.1.0"
}

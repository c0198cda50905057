/// Who owes an answer. RFC 3264 §4, RFC 6337 §2. The octets are the owner's affair.
package enum OfferState: Hashable, Sendable {
    /// Nothing is open.
    case settled
    /// Our offer is out.
    case theyOwe
    /// Their offer is in.
    case weOwe
}

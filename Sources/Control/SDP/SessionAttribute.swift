/// a=. RFC 8866 §5.13: `name`, or `name:value`.
package struct SessionAttribute: Equatable, Sendable {
    package var name: String
    /// nil for a property attribute such as `rtcp-mux`; "" for a name followed by a colon alone.
    package var value: String?

    package init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }
}

/// Who may send. RFC 8866 §6.7; always from the view of the description's author.
package enum MediaDirection: String, Equatable, Sendable, CaseIterable {
    case sendrecv, sendonly, recvonly, inactive

    package init(sends: Bool, receives: Bool) {
        switch (sends, receives) {
        case (true, true): self = .sendrecv
        case (true, false): self = .sendonly
        case (false, true): self = .recvonly
        case (false, false): self = .inactive
        }
    }

    package var sends: Bool { self == .sendrecv || self == .sendonly }
    package var receives: Bool { self == .sendrecv || self == .recvonly }

    /// The same stream seen from its other end.
    package var reversed: MediaDirection { MediaDirection(sends: receives, receives: sends) }

    /// What both allow.
    package func limited(to other: MediaDirection) -> MediaDirection {
        MediaDirection(sends: sends && other.sends, receives: receives && other.receives)
    }
}

/// Reading and writing by name, in both levels of a description.
extension [SessionAttribute] {
    package func first(_ name: String) -> SessionAttribute? {
        first { $0.name == name }
    }

    package func value(_ name: String) -> String? {
        first(name)?.value
    }

    package func values(_ name: String) -> [String] {
        compactMap { $0.name == name ? $0.value : nil }
    }

    package func has(_ name: String) -> Bool {
        contains { $0.name == name }
    }

    package mutating func remove(_ name: String) {
        removeAll { $0.name == name }
    }

    /// Replaces the first of that name in place and drops further ones; appends where there is none.
    package mutating func set(_ attribute: SessionAttribute) {
        guard let index = firstIndex(where: { $0.name == attribute.name }) else {
            append(attribute)
            return
        }
        self[index] = attribute
        let rest = self[(index + 1)...].filter { $0.name != attribute.name }
        replaceSubrange((index + 1)..., with: rest)
    }

    /// The direction attribute, nil where none stands. The last one counts, as phones append it.
    package var direction: MediaDirection? {
        get {
            for attribute in reversed() where attribute.value == nil {
                if let direction = MediaDirection(rawValue: attribute.name) { return direction }
            }
            return nil
        }
        set {
            removeAll { $0.value == nil && MediaDirection(rawValue: $0.name) != nil }
            if let newValue { append(SessionAttribute(newValue.rawValue)) }
        }
    }
}

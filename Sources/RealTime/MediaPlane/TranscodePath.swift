import Codecs
import MediaControl
import Octets
import RTP

extension MediaPlane {
    /// Converts a packet's audio in place, from what it came in to what the other side is sent; timestamps, gaps and
    /// packet time stay, so no delay is added. False: this plane can't convert the one into the other.
    ///
    /// RT safe: one step per octet of the payload.
    @_noAllocation @_noLocks
    func transcode(_ step: MediaStep, from: AudioFormat, to: AudioFormat) -> Bool {
        switch (from, to) {
        case (.pcmu, .pcmu), (.pcma, .pcma): return true
        case (.none, .none): return true
        case (.pcmu, .pcma):
            tables.convert(step.header.payload(of: step.packet), from: .mu)
            return true
        case (.pcma, .pcmu):
            tables.convert(step.header.payload(of: step.packet), from: .a)
            return true
        case (.none, .pcmu), (.none, .pcma), (.pcmu, .none), (.pcma, .none): return false
        }
    }
}

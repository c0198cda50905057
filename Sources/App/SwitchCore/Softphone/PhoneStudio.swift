import CallControl
import MediaControl
import OfferAnswer
import Rings
import Softphone
import Timing

/// The phone's microphone and loudspeaker: a sound file in, a sound file out, through the bridge's block lanes.
///
/// Owner: the phone's event loop.
final class PhoneStudio: @unchecked Sendable {
    private let host: MediaHost
    private let control: ControlPort
    private let sound: [Int16]
    private let recorder: WaveWriter?
    private var context: OpenedContext?
    private var position = 0
    private var isTalking = false
    private var ending: ContextID?
    /// Blocks that lie ready for the media plane: 80 ms bridge the pauses of this loop.
    private static let ahead = 8

    init(host: MediaHost, sound: [Int16], recorder: WaveWriter?) {
        self.host = host
        self.sound = sound
        self.recorder = recorder
        control = ControlPort(
            lanes: host.lanes,
            registry: PortRegistry(first: host.lanes.configuration.firstPort, count: 1, capacity: 1, mode: .shared),
            admission: MediaAdmission(capacity: 0, policy: .reserved), seed: Secrets.word())
    }

    /// Carries out what the phone wants of its media.
    func perform(_ order: MediaOrder, now: MonotonicInstant) -> SoftphoneEvent? {
        defer { if control.takeDoorbell() { host.bell.ring() } }
        switch order {
        case .open(let audio), .change(let audio):
            return apply(audio, now: now) ? nil : .hangUp
        case .digit(let event, let milliseconds):
            if let context { _ = control.sendDigit(event, milliseconds: Int(milliseconds), to: .a, of: context.id) }
            return nil
        case .close:
            return close(now: now)
        }
    }

    /// What the media plane never heard of is over at once; of all else it tells the end.
    private func close(now: MonotonicInstant) -> SoftphoneEvent? {
        guard let context else { return .mediaClosed(TerminationCounters()) }
        control.subtract(context.id, now: now)
        guard isTalking else {
            self.context = nil
            return .mediaClosed(TerminationCounters())
        }
        ending = context.id
        isTalking = false
        return nil
    }

    private func apply(_ audio: NegotiatedAudio, now: MonotonicInstant) -> Bool {
        if context == nil {
            let far = TerminationRequest(kind: .rtp, remote: audio.remoteRTP)
            guard case .opened(let opened) = control.open(a: far, b: TerminationRequest(kind: .blocks), now: now) else {
                return false
            }
            context = opened
        }
        guard let context else { return false }
        var far = TerminationDescriptor(audio, codec: audio.sendCodec)
        far.flags.insert(.reportDigits)
        far.nat = .any
        let isTaken = control.apply(context.id, path: .tick, a: far, b: TerminationDescriptor(kind: .blocks))
        isTalking = isTalking || isTaken
        return isTaken
    }

    /// Every 10 ms: what the media plane told, what it heard, what it may say next.
    func round(now: MonotonicInstant, into events: inout [SoftphoneEvent]) {
        while let event = control.nextEvent(now: now) {
            switch event.notice {
            case .digit: events.append(.digit(event.digit))
            case .subtracted: closed(event.context, now: now, into: &events)
            case .started, .rebound, .ambiguous, .refused, .port, .stopped: break
            }
        }
        if isTalking { speak() }
        listen()
        if control.takeDoorbell() { host.bell.ring() }
    }

    private func closed(_ id: ContextID, now: MonotonicInstant, into events: inout [SoftphoneEvent]) {
        guard id == ending else { return }
        events.append(.mediaClosed(control.counters(of: id, .a) ?? TerminationCounters()))
        control.acknowledge(id, now: now)
        ending = nil
        context = nil
    }

    private func speak() {
        let lane = host.lanes.lane(0, up: false)
        while lane.count < Self.ahead {
            var block = AudioBlock()
            for index in 0..<AudioBlock.sampleCount where position + index < sound.count {
                block.samples[index] = sound[position + index]
            }
            guard lane.push(block) else { return }
            position += AudioBlock.sampleCount
        }
    }

    private func listen() {
        let lane = host.lanes.lane(0, up: true)
        while let block = lane.pop() {
            guard let recorder else { continue }
            recorder.append((0..<AudioBlock.sampleCount).map { block.samples[$0] })
        }
    }
}

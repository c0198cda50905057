import CSndFile
import CSpeexDSP

/// Sound files of any format that libsndfile reads, as 8 kHz mono samples, and 8 kHz mono WAV files written.
enum WaveFile {
    static let rate = 8000
    /// Half an hour: more does not fit a call's announcement, and memory stays bounded.
    private static let longest = 1800

    /// All samples of a file, converted to 8 kHz mono.
    /// - Throws: one sentence: not readable, no sound file, too long.
    static func load(_ path: String) throws(StartFailure) -> [Int16] {
        var info = SF_INFO()
        // unsafe: libsndfile's handle and its reads into our array. Sound: the handle is checked for nil and
        // closed once; each read is told the array's own length.
        guard let file = unsafe sf_open(path, Int32(SFM_READ), &info) else {
            throw StartFailure("\(path): \(unsafe String(cString: sf_strerror(nil)))")
        }
        defer { unsafe sf_close(file) }
        guard info.channels > 0, info.samplerate > 0, info.frames <= Int64(longest) * Int64(info.samplerate) else {
            throw StartFailure("\(path): no more than \(longest) seconds of sound can be played")
        }
        let channels = Int(info.channels)
        var samples = [Int16](repeating: 0, count: Int(info.frames) * channels)
        let read = unsafe samples.withUnsafeMutableBufferPointer {
            unsafe sf_readf_short(file, $0.baseAddress, info.frames)
        }
        let mono = mixed(samples.prefix(Int(read) * channels), channels: channels)
        guard info.samplerate != Int32(rate) else { return mono }
        return try resampled(mono, from: Int(info.samplerate), path)
    }

    private static func mixed(_ samples: ArraySlice<Int16>, channels: Int) -> [Int16] {
        guard channels > 1 else { return Array(samples) }
        return stride(from: 0, to: samples.count, by: channels).map { start in
            Int16(samples[start..<start + channels].reduce(0) { $0 + Int($1) } / channels)
        }
    }

    private static func resampled(_ samples: [Int16], from inputRate: Int, _ path: String) throws(StartFailure)
        -> [Int16]
    {
        var problem: Int32 = 0
        // unsafe: the resampler's handle and its two buffers. Sound: nil is checked, the handle is destroyed
        // once, and both lengths are those of the arrays.
        guard let state = unsafe speex_resampler_init(1, UInt32(inputRate), UInt32(rate), 8, &problem) else {
            throw StartFailure("\(path): a sample rate of \(inputRate) Hz cannot be converted")
        }
        defer { unsafe speex_resampler_destroy(state) }
        var inputCount = UInt32(samples.count)
        var outputCount = UInt32(samples.count * rate / inputRate + 64)
        var output = [Int16](repeating: 0, count: Int(outputCount))
        _ = unsafe speex_resampler_skip_zeros(state)
        _ = unsafe speex_resampler_process_int(state, 0, samples, &inputCount, &output, &outputCount)
        return Array(output.prefix(Int(outputCount)))
    }
}

/// A WAV file that grows: 8 kHz, mono, 16 bits. Owner: whoever records; not shared.
@safe final class WaveWriter {
    private let file: OpaquePointer

    /// - Throws: one sentence when the file cannot be made.
    init(_ path: String) throws(StartFailure) {
        var info = SF_INFO()
        info.samplerate = Int32(WaveFile.rate)
        info.channels = 1
        info.format = Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        // unsafe: libsndfile's handle. Sound: checked for nil, closed once in `deinit`.
        guard let opened = unsafe sf_open(path, Int32(SFM_WRITE), &info) else {
            throw StartFailure("\(path): \(unsafe String(cString: sf_strerror(nil)))")
        }
        unsafe file = opened
    }

    func append(_ samples: [Int16]) {
        // unsafe: writes from our array. Sound: told the array's own length.
        _ = unsafe sf_write_short(file, samples, Int64(samples.count))
    }

    deinit { unsafe sf_close(file) }
}

"""What the phones share: their outcome, WAV files, addresses."""
import json
import socket
import sys
import wave


def die(msg):
    print(json.dumps({"ok": False, "error": msg}))
    sys.exit(2)

def free_port():
    s = socket.socket(); s.bind(("127.0.0.1", 0)); p = s.getsockname()[1]; s.close(); return p

def wav_info(path):
    with wave.open(path) as w:
        return w.getframerate(), w.getnchannels(), w.getnframes() / w.getframerate()

def join_wavs(files, out):
    """concatenate WAVs of equal format (a re-INVITE makes baresip open a new dump file)"""
    frames, params = [], None
    for f in files:
        try:
            with wave.open(f) as w:
                if params is None: params = w.getparams()
                if w.getframerate() == params.framerate and w.getnchannels() == params.nchannels:
                    frames.append(w.readframes(w.getnframes()))
        except (wave.Error, EOFError):
            pass
    if params is None: return 0.0
    with wave.open(out, "wb") as w:
        w.setnchannels(params.nchannels); w.setsampwidth(params.sampwidth); w.setframerate(params.framerate)
        for b in frames: w.writeframes(b)
    return sum(len(b) for b in frames) / (params.framerate * params.nchannels * params.sampwidth)

class Result(dict):
    """What happened to the phone, as it is printed."""
    def __init__(self, client):
        super().__init__(client=client, registered=None, register_error=None, incoming=False, ringing=False, established=False,
                         setup_ms=None, peer=None, end_reason=None, code=None, held=False, resumed=False, duration_s=None, dtmf_rx="", rtp={}, record=None,
                         record_s=None, error=None)

def host_port(s, dflt):
    if s.startswith("["):
        h, _, p = s[1:].partition("]"); p = p.lstrip(":")
        return "[" + h + "]", int(p or dflt)
    h, _, p = s.partition(":")
    return h, int(p or dflt)

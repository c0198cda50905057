"""baresip, driven over its control socket (ctrl_tcp)."""
import glob
import json
import os
import re
import shutil
import socket
import subprocess
import time

from common import die, free_port, host_port, join_wavs, wav_info


class Baresip:
    NAMES = {"PCMU": "g711", "PCMA": "g711", "G722": "g722", "OPUS": "opus", "GSM": "gsm", "L16": "l16", "G726": "g726"}
    WIRE = {"OPUS": "opus", "GSM": "GSM", "G722": "G722", "PCMU": "PCMU", "PCMA": "PCMA", "L16": "L16", "G726": "G726-32"}

    def __init__(self, a, work, res):
        self.a, self.work, self.res = a, work, res
        self.buf = b""

    def config(self):
        a = self.a
        host, port = host_port(a.bind, 5060)
        exe = shutil.which("baresip") or die("baresip not installed (apt: baresip-core)")
        mods = os.environ.get("BARESIP_MODULES") or os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(exe))), "lib", "baresip", "modules")
        codecs = [c.upper() for c in a.codec.split(",")]
        for c in codecs:
            if c not in self.NAMES: die("baresip here has no codec " + c)
        cmods = []
        for c in codecs:
            if self.NAMES[c] not in cmods: cmods.append(self.NAMES[c])
        rate, ch, _ = wav_info(a.play) if a.play else (8000, 1, 0)
        self.ctrl = free_port()
        lines = [
            "sip_listen %s:%d" % (host, port),
            "call_local_timeout 120", "call_max_calls 4",
            "audio_player none,nil", "audio_alert none,nil",
            ("audio_source aufile,%s" % os.path.abspath(a.play)) if a.play else "audio_source ausine,400",
            "ausrc_channels %d" % ch, "auplay_channels 1",
            "ausrc_format s16", "auplay_format s16", "auenc_format s16", "audec_format s16",
            "audio_level no", "rtp_stats yes",
            "rtp_ports %s" % a.rtp_ports,
            "net_interface %s" % host.strip("[]"),
            "snd_path %s" % self.work,
            "ctrl_tcp_listen 127.0.0.1:%d" % self.ctrl,
            "ringback_disabled yes", "menu_bell no", "statmode_default off",
            "module_path %s" % mods,
        ]
        if a.play: lines.append("ausrc_srate %d" % rate)
        if a.cert: lines.append("sip_certificate %s" % os.path.abspath(a.cert))
        if a.jitter: lines += ["audio_jitter_buffer_delay %s" % a.jitter, "jitter_buffer_delay %s" % a.jitter]
        lines += ["module %s.so" % m for m in cmods]
        lines += ["module sndfile.so", "module aufile.so", "module ausine.so"]
        if a.srtp == "sdes": lines.append("module srtp.so")
        if a.srtp == "dtls": lines.append("module dtls_srtp.so")
        lines += ["module_tmp uuid.so", "module_tmp account.so", "module_app menu.so", "module_app ctrl_tcp.so"]
        open(os.path.join(self.work, "config"), "w").write("\n".join(lines) + "\n")
        dom = a.domain or (host_port(a.registrar, 5060)[0] if a.registrar else host)
        aor = "<sip:%s@%s%s>" % (a.user, dom, "" if a.registrar else ":%d" % port)
        acc = aor
        if a.registrar:
            acc += ';outbound="sip:%s;transport=%s"' % (a.registrar, a.transport)
            acc += ";regint=%d" % a.expires
            if a.password: acc += ";auth_user=%s;auth_pass=%s" % (a.auth_user or a.user, a.password)
        else:
            acc += ";regint=0"
        acc += ";answermode=%s" % ("auto" if a.answer and not (a.reject or a.ring_only) else "manual")
        acc += ";audio_codecs=" + ",".join(self.WIRE[c] + ("/48000/2" if c == "OPUS" else "") for c in codecs)
        if a.ptime: acc += ";ptime=%d" % a.ptime
        if a.srtp == "sdes": acc += ";mediaenc=srtp-mand"
        if a.srtp == "dtls": acc += ";mediaenc=dtls_srtp"
        open(os.path.join(self.work, "accounts"), "w").write(acc + "\n")
        open(os.path.join(self.work, "contacts"), "w").write("")
        self.exe = exe

    def cmd(self, command, params=""):
        m = json.dumps({"command": command, "params": params, "token": command}).encode()
        self.sock.sendall(str(len(m)).encode() + b":" + m + b",")

    def events(self, wait):
        self.sock.settimeout(max(0.02, wait))
        try:
            d = self.sock.recv(65536)
            if d == b"": return None
            self.buf += d
        except (socket.timeout, TimeoutError):
            pass
        except OSError:
            return None
        out = []
        while True:
            m = re.match(rb"(\d+):", self.buf)
            if not m or len(self.buf) < m.end() + int(m.group(1)) + 1: break
            n = int(m.group(1)); out.append(json.loads(self.buf[m.end():m.end() + n].decode("utf-8", "replace")))
            self.buf = self.buf[m.end() + n + 1:]
        return out

    def run(self):
        a, r = self.a, self.res
        self.config()
        log = open(os.path.join(self.work, "log"), "wb")
        p = subprocess.Popen([self.exe, "-6" if a.bind.startswith("[") else "-4", "-f", self.work] + (["-s"] if a.trace else []),
                             stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            self.loop(p)
        finally:
            try: self.cmd("quit")
            except Exception: pass
            t = time.time()
            while p.poll() is None and time.time() - t < 4: time.sleep(0.05)
            if p.poll() is None: p.kill()
            p.wait(); log.close()
        text = open(os.path.join(self.work, "log"), "rb").read().decode("utf-8", "replace")
        m = re.findall(r"^(packets|lost|jitter|errors|pkt\.report):\s+([\d.]+)\s+([\d.]+)", text, re.M)
        for k, tx, rx in m: r["rtp"][k.replace("pkt.", "")] = {"tx": float(tx), "rx": float(rx)}
        m = re.search(r"Set audio encoder: (\S+) (\d+)Hz", text); r["codec"] = m.group(1) if m else None
        dumps = sorted(glob.glob(os.path.join(self.work, "dump-*-dec.wav")))
        if a.record and dumps:
            r["record_s"] = round(join_wavs(dumps, a.record), 3); r["record"] = a.record

    def loop(self, p):
        a, r = self.a, self.res
        t0 = time.time(); end = t0 + a.wait
        while True:
            try:
                self.sock = socket.create_connection(("127.0.0.1", self.ctrl), 1); break
            except OSError:
                if p.poll() is not None or time.time() > t0 + 8: r["error"] = "baresip did not start"; return
                time.sleep(0.05)
        dialled = hang = None
        if a.call and not a.registrar: self.cmd("dial", a.call); dialled = time.time()
        refuse = False; plan = [(t, c) for t, c in ((a.hold_at, "hold"), (a.resume_at, "resume")) if t is not None]
        t_est = None; dtmf = list(a.dtmf or ""); next_dtmf = None
        last_poll = time.time(); announced = False
        def ready():
            nonlocal announced
            if a.ready_file and not announced: open(a.ready_file, "w").write("ready\n"); announced = True
        if not a.registrar: ready()
        logf = open(os.path.join(self.work, "log"), "rb")
        tail = b""
        while time.time() < end:
            evs = self.events(0.1)
            if evs is None: return
            if a.registrar and r["registered"] is None:         # the first answer can come before ctrl_tcp is connected
                tail = (tail + logf.read())[-65536:]
                m = re.search(rb"\{\d+/\w+/v\d\} (\d{3} [^\r\n]*)\[\d+ binding", tail)
                if m: evs.append({"event": True, "type": "REGISTER_OK", "param": m.group(1).decode()})
                else:
                    m = re.search(rb"reg: [^\r\n]*: (\d{3} [^\r\n(]*)|Register: ([^\r\n]+)", tail)
                    if m: evs.append({"event": True, "type": "REGISTER_FAIL", "param": (m.group(1) or m.group(2)).decode("utf-8", "replace").strip()})
            for e in evs:
                if not e.get("event"): continue
                ty, prm = e.get("type"), e.get("param", "")
                if ty == "REGISTER_OK" and not r["registered"]:
                    r["registered"] = True; ready()
                    if a.call and not dialled: self.cmd("dial", a.call); dialled = time.time()
                    if not a.call and not a.answer: return
                elif ty == "REGISTER_FAIL" and not r["registered"]: r["registered"] = False; r["register_error"] = prm; return
                elif ty == "CALL_INCOMING": r["incoming"] = True; r["peer"] = e.get("peeruri"); dialled = dialled or time.time(); refuse = a.reject
                elif ty in ("CALL_RINGING", "CALL_PROGRESS"): r["ringing"] = True
                elif ty == "CALL_ESTABLISHED":
                    t_est = time.time(); r["established"] = True; r["peer"] = e.get("peeruri")
                    r["setup_ms"] = int(1000 * (t_est - dialled)) if dialled else None
                    next_dtmf = t_est + a.dtmf_delay
                elif ty == "CALL_DTMF_START": r["dtmf_rx"] += prm
                elif ty == "CALL_CLOSED":
                    r["end_reason"] = r["end_reason"] or prm or "closed"; r["duration_s"] = round(time.time() - t_est, 2) if t_est else 0; return
            now = time.time()
            if refuse: refuse = False; self.cmd("hangup")
            if a.cancel_after and dialled and not t_est and not hang and now - dialled >= a.cancel_after: hang = True; self.cmd("hangup")
            if t_est and plan and now - t_est >= plan[0][0]:
                self.cmd(plan[0][1]); r["held" if plan.pop(0)[1] == "hold" else "resumed"] = True
            if t_est and dtmf and now >= next_dtmf:
                self.cmd("sndcode", dtmf.pop(0)); next_dtmf = now + 0.35
            if t_est and a.seconds and now - t_est >= a.seconds and not hang:
                hang = True; r["end_reason"] = "local hangup"; self.cmd("hangup")
        if not hang: r["error"] = "time limit (--wait)"

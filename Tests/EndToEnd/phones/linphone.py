"""linphonec, driven by its console."""
import os
import re
import shutil
import subprocess
import threading
import time

from common import die, host_port, wav_info


class Linphone:
    RATE = {"PCMU": (8000, 1), "PCMA": (8000, 1), "GSM": (8000, 1), "G722": (8000, 1), "G729": (8000, 1), "OPUS": (48000, 2),
            "SPEEX": (16000, 1), "L16": (44100, 1)}
    ALL = [("opus", 48000, 2), ("speex", 16000, 1), ("speex", 8000, 1), ("PCMU", 8000, 1), ("PCMA", 8000, 1), ("GSM", 8000, 1),
           ("G722", 8000, 1), ("G729", 8000, 1), ("speex", 32000, 1)]

    def __init__(self, a, work, res): self.a, self.work, self.res = a, work, res

    def config(self):
        a = self.a
        host, port = host_port(a.bind, 5060)
        ip = host.strip("[]"); v6 = 1 if ":" in ip else 0
        lo, hi = a.rtp_ports.split("-")
        dom = a.domain or (host_port(a.registrar, 5060)[0] if a.registrar else host)
        ports = {"udp": (port, 0, 0), "tcp": (0, port, 0), "tls": (0, 0, port)}[a.transport]
        L = ["[sip]", "sip_port=%d" % ports[0], "sip_tcp_port=%d" % ports[1], "sip_tls_port=%d" % ports[2],
             "use_ipv6=%d" % v6, "bind_address=%s" % ip, "guess_hostname=0", "register_only_when_network_is_up=0",
             'contact="%s" <sip:%s@%s>' % (a.user, a.user, host if not a.registrar else dom), "ping_with_options=0",
             "default_proxy=%d" % (0 if a.registrar else -1), "verify_server_certs=0", "verify_server_cn=0",
             "media_encryption=%s" % {"none": "none", "sdes": "srtp", "dtls": "dtls"}[a.srtp], "keepalive_period=0",
             "[rtp]", "audio_rtp_port=%s-%s" % (lo, hi), "bind_address=%s" % ip, "ipv6_migration_done=1", "prefer_ipv6=%d" % v6,
             "nortp_timeout=120", "audio_adaptive_jitt_comp_enabled=%d" % (0 if a.jitter == "off" else 1), "audio_jitt_comp=60",
             "[sound]", "echocancellation=0", "[video]", "enabled=0", "capture=0", "display=0",
             "automatically_initiate=0", "automatically_accept=0", "[net]", "mtu=1300", "ipv6_migration_done=1"]
        if a.registrar:
            L += ["[proxy_0]", "reg_proxy=<sip:%s;transport=%s>" % (a.registrar, a.transport),
                  "reg_route=<sip:%s;transport=%s;lr>" % (a.registrar, a.transport),
                  "reg_identity=sip:%s@%s" % (a.user, dom), "reg_expires=%d" % a.expires, "reg_sendregister=1", "publish=0", "dial_escape_plus=0"]
            if a.password:
                L += ["[auth_info_0]", "username=%s" % a.user, "userid=%s" % (a.auth_user or a.user), "passwd=%s" % a.password] + \
                     ["domain=%s" % dom]
        want = [c.upper() for c in a.codec.split(",")]
        order = [t for c in want for t in self.ALL if t[0].upper() == c] + [t for t in self.ALL if t[0].upper() not in want]
        for c in want:
            if c not in self.RATE: die("linphone here has no codec " + c)
        for i, (n, rt, ch) in enumerate(order):
            L += ["[audio_codec_%d]" % i, "mime=%s" % n, "rate=%d" % rt, "channels=%d" % ch, "enabled=%d" % (1 if n.upper() in want else 0)]
        self.rc = os.path.join(self.work, "rc")
        open(self.rc, "w").write("\n".join(L) + "\n")
        for d in (".local/share/linphone", ".config/linphone"): os.makedirs(os.path.join(self.work, d), exist_ok=True)

    def run(self):
        a, r = self.a, self.res
        self.config()
        exe = shutil.which("linphonec") or die("linphonec not installed (apt: linphone-cli)")
        env = dict(os.environ, HOME=self.work)
        for k in ("DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME"): env.pop(k, None)
        logf = os.path.join(self.work, "linphone.log")
        rec = os.path.join(self.work, "rec.wav")
        for f in (rec, logf):                      # linphone appends to an existing recording
            if os.path.exists(f): os.unlink(f)
        p = subprocess.Popen(["stdbuf", "-oL", exe, "-c", self.rc, "-d", "6", "-l", logf] + (["-a"] if a.answer and not (a.reject or a.ring_only) else []),
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=self.work)
        lines, lock = [], threading.Lock()
        def reader():
            for raw in p.stdout:
                with lock: lines.append(raw.decode("utf-8", "replace").rstrip())
        threading.Thread(target=reader, daemon=True).start()
        def say(s):
            try: p.stdin.write((s + "\n").encode()); p.stdin.flush()
            except OSError: pass
        t0 = time.time(); end = t0 + a.wait; time.sleep(1.0)
        say("ipv6 disable" if ":" not in host_port(a.bind, 5060)[0] else "ipv6 enable"); time.sleep(0.1)
        say("soundcard use files"); time.sleep(0.1)
        if a.play: say("play " + os.path.abspath(a.play)); time.sleep(0.1)
        say("record " + rec); time.sleep(0.2)
        state = {"est": None, "dialled": None}; seen = 0; dtmf = list(a.dtmf or ""); next_dtmf = None; hang = False; done = False
        refuse = False; plan = [(t, c) for t, c in ((a.hold_at, "pause"), (a.resume_at, "resume")) if t is not None]
        length = wav_info(a.play)[2] if a.play else None
        seconds = a.seconds or length or 10
        if not a.registrar:
            if a.ready_file: open(a.ready_file, "w").write("ready\n")
            if a.call: say("call " + a.call); state["dialled"] = time.time()
        log_pos = 0; last_status = None
        while time.time() < end and not done and p.poll() is None:
            time.sleep(0.05)
            with lock: new = lines[seen:]; seen = len(lines)
            if os.path.exists(logf):
                with open(logf, "rb") as f: f.seek(log_pos); chunk = f.read()
                cut = chunk.rfind(b"\n") + 1; log_pos += cut
                for l in chunk[:cut].decode("utf-8", "replace").splitlines():
                    if a.registrar and r["registered"] is None:
                        if "to [LinphoneRegistrationOk]" in l: new.append("Registration on proxy successful")
                        elif "to [LinphoneRegistrationFailed]" in l: new.append("Registration on proxy failed " + (last_status or ""))
                    m = re.search(r"Register refresher \[(\d+)\] reason \[([^\]]*)\]", l)
                    if m: last_status = m.group(1) + " " + m.group(2)
            for l in new:
                if re.search(r"Registration on .* successful", l):
                    r["registered"] = True
                    if a.ready_file: open(a.ready_file, "w").write("ready\n")
                    if a.call and not state["dialled"]: say("call " + a.call); state["dialled"] = time.time()
                    if not a.call and not a.answer: done = True
                elif re.search(r"Registration on .* failed", l): r["registered"] = False; r["register_error"] = last_status or l; done = True
                elif "ringing" in l: r["ringing"] = True
                elif "Receiving new incoming call from" in l: r["incoming"] = True; refuse = a.reject; state["dialled"] = time.time(); m = re.search(r"from (.*?)(, assigned|$)", l); r["peer"] = m.group(1) if m else None
                elif "connected." in l and not state["est"]:
                    state["est"] = time.time(); r["established"] = True; next_dtmf = state["est"] + a.dtmf_delay
                    r["setup_ms"] = int(1000 * (state["est"] - state["dialled"])) if state["dialled"] else None
                elif re.search(r"Receiving tone|DTMF", l):
                    m = re.search(r"([0-9A-D*#])\s*(from|$)", l); r["dtmf_rx"] += m.group(1) if m else ""
                elif re.search(r"Call \d+ with .* (ended|error|declined|released)", l) or "is busy" in l or "not found" in l:
                    r["end_reason"] = r["end_reason"] or l.strip(); done = True
            now = time.time()
            if refuse: refuse = False; say("terminate")
            if a.cancel_after and state["dialled"] and not state["est"] and not hang and now - state["dialled"] >= a.cancel_after: hang = True; say("terminate")
            if state["est"]:
                if plan and now - state["est"] >= plan[0][0]:
                    say(plan[0][1]); r["held" if plan.pop(0)[1] == "pause" else "resumed"] = True
                if dtmf and now >= next_dtmf: say(dtmf.pop(0)); next_dtmf = now + 0.6
                if now - state["est"] >= seconds and not hang: hang = True; r["end_reason"] = "local hangup"; say("terminate")
        if state["est"]: r["duration_s"] = round(time.time() - state["est"], 2)
        elif not done and not r["error"]: r["error"] = "time limit (--wait)" if p.poll() is None else "linphonec ended"
        time.sleep(0.3); say("quit")
        t = time.time()
        while p.poll() is None and time.time() - t < 5: time.sleep(0.05)
        if p.poll() is None: p.kill()
        text = open(logf, "rb").read().decode("utf-8", "replace") if os.path.exists(logf) else ""
        answers = re.findall(r"^SIP/2\.0 ([3-6]\d\d) [^\n]*\n((?:\S[^\n]*\n)*)", text, re.M)
        refusals = [int(x) for x, fields in answers if x not in ("401", "407") and re.search(r"^CSeq:\s*\d+ INVITE", fields, re.M | re.I)]
        r["code"] = refusals[-1] if refusals else None
        for k, pat in (("tx", r"number of rtp packet sent=(\d+)"), ("rx", r"number of rtp packet received=(\d+)"), ("lost", r"number of rtp packet lost=(-?\d+)"),
                       ("late", r"number of rtp packets? received too late=(\d+)")):
            m = re.findall(pat, text)
            if m: r["rtp"][k] = int(m[-1])
        m2 = re.findall(r"Found payload (\w+)/\d+", text); r["codec"] = m2[0] if m2 else None
        if not r["dtmf_rx"]:
            m = re.findall(r"DTMF (?:received|digit)[^0-9A-D*#]*([0-9A-D*#])|Receiving dtmf (\S)", text); r["dtmf_rx"] = "".join(x or y for x, y in m)
        open(os.path.join(self.work, "log"), "w").write("\n".join(lines) + "\n")
        if a.record and os.path.exists(rec) and os.path.getsize(rec) > 44:
            shutil.copyfile(rec, a.record); r["record"] = a.record; r["record_s"] = round(wav_info(a.record)[2], 3)

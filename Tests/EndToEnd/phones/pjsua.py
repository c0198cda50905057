"""pjsua2 (PyPI pjsua2-python), in this process."""
import os
import time
import wave

from common import die, host_port, wav_info


class Pjsua:
    IDS = {"PCMU": "PCMU/8000/1", "PCMA": "PCMA/8000/1", "G722": "G722/16000/1", "OPUS": "opus/48000/2", "GSM": "GSM/8000/1",
           "SPEEX": "speex/16000/1", "ILBC": "iLBC/8000/1", "G729": "G729/8000/1", "L16": "L16/44100/1"}

    def __init__(self, a, work, res): self.a, self.work, self.res = a, work, res

    def run(self):
        try:
            import pjsua2 as pj
        except ImportError:
            die("pjsua2 not importable (pip: pjsua2-python)")
        a, r = self.a, self.res
        host, port = host_port(a.bind, 5060)
        so = os.dup(1); nul = os.open(os.devnull, os.O_WRONLY); os.dup2(nul, 1)          # pjlib greets on stdout
        ep = pj.Endpoint(); ep.libCreate()
        ec = pj.EpConfig(); ec.logConfig.level = 5 if a.trace else 4; ec.logConfig.consoleLevel = 0
        ec.logConfig.filename = os.path.join(self.work, "log"); ec.uaConfig.threadCnt = 0; ec.uaConfig.mainThreadOnly = True
        ec.medConfig.noVad = True; ec.medConfig.ecTailLen = 0; ec.medConfig.clockRate = 16000
        if a.ptime: ec.medConfig.ptime = a.ptime
        ep.libInit(ec); os.dup2(so, 1)
        tc = pj.TransportConfig(); tc.port = port; tc.boundAddress = host.strip("[]"); tc.publicAddress = host.strip("[]")
        kind = {"udp": pj.PJSIP_TRANSPORT_UDP, "tcp": pj.PJSIP_TRANSPORT_TCP, "tls": pj.PJSIP_TRANSPORT_TLS}[a.transport]
        if host.startswith("["): kind = {"udp": pj.PJSIP_TRANSPORT_UDP6, "tcp": pj.PJSIP_TRANSPORT_TCP6, "tls": pj.PJSIP_TRANSPORT_TLS6}[a.transport]
        ep.transportCreate(kind, tc); ep.libStart(); ep.audDevManager().setNullDev()
        want = [c.upper() for c in a.codec.split(",")]
        for ci in ep.codecEnum2(): ep.codecSetPriority(ci.codecId, 0)
        have = [ci.codecId for ci in ep.codecEnum2()]
        for i, c in enumerate(want):
            if self.IDS.get(c) not in have: die("pjsua2 here has no codec %s (has %s)" % (c, ",".join(have)))
            ep.codecSetPriority(self.IDS[c], 200 - i)
        st = {"est": None, "dialled": None, "done": False, "call": None, "keep": []}
        rec_path = os.path.abspath(a.record) if a.record else None

        class Call(pj.Call):
            def onCallState(self, prm):
                ci = self.getInfo(); s = ci.state
                if s == pj.PJSIP_INV_STATE_EARLY: r["ringing"] = True
                if s == pj.PJSIP_INV_STATE_CONFIRMED:
                    st["est"] = time.time(); r["established"] = True; r["peer"] = ci.remoteUri
                    r["setup_ms"] = int(1000 * (st["est"] - st["dialled"])) if st["dialled"] else None
                if s == pj.PJSIP_INV_STATE_DISCONNECTED:
                    r["end_reason"] = r["end_reason"] or "%d %s" % (ci.lastStatusCode, ci.lastReason); st["done"] = True
                    if st["est"]: r["duration_s"] = round(time.time() - st["est"], 2)
            def onCallMediaState(self, prm):
                ci = self.getInfo()
                for i, m in enumerate(ci.media):
                    if m.type == pj.PJMEDIA_TYPE_AUDIO and m.status in (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD):
                        am = self.getAudioMedia(i); r["codec"] = self.getStreamInfo(i).codecName
                        if a.play and "pl" not in st:
                            pl = pj.AudioMediaPlayer(); pl.createPlayer(os.path.abspath(a.play), pj.PJMEDIA_FILE_NO_LOOP); st["pl"] = pl
                        if rec_path and "rec" not in st:
                            rec = pj.AudioMediaRecorder(); rec.createRecorder(rec_path); st["rec"] = rec
                        if "pl" in st: st["pl"].startTransmit(am)
                        if "rec" in st: am.startTransmit(st["rec"])
            def onDtmfDigit(self, prm): r["dtmf_rx"] += prm.digit
            def onStreamDestroyed(self, prm):
                try:
                    s = self.getStreamStat(prm.streamIdx).rtcp
                    r["rtp"] = {"tx": s.txStat.pkt, "rx": s.rxStat.pkt, "lost": s.rxStat.loss, "dup": s.rxStat.dup, "reorder": s.rxStat.reorder,
                                "discard": s.rxStat.discard, "jitter_us_mean": s.rxStat.jitterUsec.mean, "rtt_us_mean": s.rttUsec.mean}
                except Exception: pass

        class Acc(pj.Account):
            def onRegState(self, prm):
                if prm.code == 200 and prm.expiration > 0: r["registered"] = True
                elif prm.code >= 300: r["registered"] = False; r["register_error"] = "%d %s" % (prm.code, prm.reason)
            def onIncomingCall(self, prm):
                c = Call(self, prm.callId); r["incoming"] = True; st["dialled"] = time.time()
                if a.answer and st["call"] is None:
                    st["call"] = c; op = pj.CallOpParam(); op.statusCode = 486 if a.reject else 180; c.answer(op)
                    if not (a.reject or a.ring_only): op = pj.CallOpParam(); op.statusCode = 200; c.answer(op)
                else:
                    op = pj.CallOpParam(); op.statusCode = 486; c.hangup(op); st["keep"].append(c)

        dom = a.domain or (host_port(a.registrar, 5060)[0] if a.registrar else host)
        ac = pj.AccountConfig(); ac.idUri = "sip:%s@%s" % (a.user, dom if a.registrar else "%s:%d" % (host, port))
        lo, hi = a.rtp_ports.split("-")
        ac.mediaConfig.transportConfig.port = int(lo); ac.mediaConfig.transportConfig.portRange = int(hi) - int(lo)
        ac.mediaConfig.transportConfig.boundAddress = host.strip("[]"); ac.mediaConfig.transportConfig.publicAddress = host.strip("[]")
        ac.mediaConfig.srtpUse = {"none": pj.PJMEDIA_SRTP_DISABLED}.get(a.srtp, pj.PJMEDIA_SRTP_MANDATORY); ac.mediaConfig.srtpSecureSignaling = 0
        ac.natConfig.contactRewriteUse = 0
        if a.registrar:
            ac.regConfig.registrarUri = "sip:%s;transport=%s" % (a.registrar, a.transport); ac.regConfig.timeoutSec = a.expires
            ac.sipConfig.proxies.append("sip:%s;transport=%s;lr" % (a.registrar, a.transport))
            if a.password: ac.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", a.auth_user or a.user, 0, a.password))
        acc = Acc(); acc.create(ac)
        length = wav_info(a.play)[2] if a.play else None
        seconds = a.seconds or length or 10
        end = time.time() + a.wait; announced = False; hang = False; plan = [(t, c) for t, c in ((a.hold_at, "hold"), (a.resume_at, "resume")) if t is not None]; dtmf = a.dtmf or ""; sent = 0
        while time.time() < end and not st["done"]:
            ep.libHandleEvents(20)
            if r["registered"] is False: break
            if (not a.registrar or r["registered"]) and not announced:
                announced = True
                if a.ready_file: open(a.ready_file, "w").write("ready\n")
                if a.call:
                    st["call"] = Call(acc); st["dialled"] = time.time(); st["call"].makeCall(a.call, pj.CallOpParam(True))
                elif not a.answer: break
            if a.cancel_after and st["dialled"] and not st["est"] and not hang and time.time() - st["dialled"] >= a.cancel_after:
                hang = True; st["call"].hangup(pj.CallOpParam())
            if st["est"]:
                el = time.time() - st["est"]
                if plan and el >= plan[0][0]:
                    op = pj.CallOpParam(True)
                    if plan.pop(0)[1] == "hold": st["call"].setHold(op); r["held"] = True
                    else: op.opt.flag = pj.PJSUA_CALL_UNHOLD; st["call"].reinvite(op); r["resumed"] = True
                if dtmf and sent < len(dtmf) and el >= a.dtmf_delay + 0.35 * sent: st["call"].dialDtmf(dtmf[sent]); sent += 1
                if el >= seconds and not hang:
                    hang = True; r["end_reason"] = "local hangup"
                    try: st["call"].hangup(pj.CallOpParam())
                    except Exception: pass                      # the other side was quicker
        if not st["done"] and not hang and (a.call or a.answer) and r["registered"] is not False: r["error"] = "time limit (--wait)"
        t = time.time()
        while time.time() - t < 0.5: ep.libHandleEvents(20)
        st.pop("pl", None); st.pop("rec", None)                # closes the WAV, asynchronously: wait until its header is there
        t = time.time()
        while rec_path and os.path.exists(rec_path) and time.time() - t < 5:
            ep.libHandleEvents(20)
            with open(rec_path, "rb") as f: head = f.read(8)
            if head[:4] == b"RIFF" and int.from_bytes(head[4:], "little") > 36: break
        if a.registrar and r["registered"]:
            try: acc.setRegistration(False)
            except Exception: pass
            t = time.time()
            while time.time() - t < 0.5: ep.libHandleEvents(20)
        self.hold = (ep, acc, st)                              # never destructed: the process leaves by os._exit
        if rec_path and os.path.exists(rec_path):
            try: r["record_s"] = round(wav_info(rec_path)[2], 3); r["record"] = a.record
            except (wave.Error, EOFError): r["error"] = r["error"] or "recording not closed"

#!/usr/bin/env python3
"""The switch under load: many calls at once, measured with rtpload.

  load.py [hold] [many] [overload] [stress] [child]      (all of them without arguments)

hold      300 and 500 relayed calls, G.711 20 ms, on 64 port pairs; the bare relay floor.c beside it
many      5,000 calls with one packet a second a stream, twice; memory
overload  150 % of a set capacity: the admitted calls lose nothing, the others get 503
stress    200 calls beside busy loops, OPTIONS and wrong passwords; realtime auto and off, interleaved
child     the control side killed with SIGKILL; the media process goes on

Each prints one line a figure and `ok` or `SHORT`; exit status 1 when a figure falls short.
"""
import contextlib
import json
import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "EndToEnd"))
from harness.switch import Switch, tandem_binary  # noqa: E402

SWITCH, CALLER, CALLEE = "127.0.5.1", "127.0.5.2", "127.0.5.3"
TMP = Path(os.environ.get("TMP", "/tmp/tandem-bench"))
RTPLOAD = TMP / "build/rtpload"
TRUNKS = {
    "trunks": [{"name": "in", "from": [CALLER]}, {"name": "out", "to": f"{CALLEE}:5060"}],
    "routes": [{"prefix": "b", "trunk": "out"}, {"number": "600", "application": "echo"}],
    "log": {"level": "warning"},
}
short = []
# What generators are put behind, to run in a network namespace.
INSIDE = []


def say(name, value, good, wanted):
    print(f"{'ok   ' if good else 'SHORT'} {name}: {value} (wanted {wanted})", flush=True)
    if not good:
        short.append(name)


@contextlib.contextmanager
def calls(count, rate, must_all=True):
    """Holds `count` calls through the switch; yields rtpload's call list and how many stand."""
    path = TMP / "calls.txt"
    path.unlink(missing_ok=True)
    process = subprocess.Popen(
        [*INSIDE, sys.executable, HERE / "sipcalls.py", "--sut", f"{SWITCH}:5060", "--uac", CALLER, "--uas", CALLEE,
         "--calls", str(count), "--rate", str(rate), "--out", str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "READY" in line:
            break
    found = re.search(r"READY (\d+)", "".join(lines))
    try:
        yield path, int(found[1]) if found else 0
    finally:
        process.stdin.close()
        process.stdout.read()
        process.wait(120)


def rtpload(path, label, pid, duration, *extra, rt=60):
    """One measurement; rtpload's JSON line."""
    out = TMP / "load.jsonl"
    out.unlink(missing_ok=True)
    subprocess.run(
        [*INSIDE, RTPLOAD, "--calls", path, "--label", label, "--pid", str(pid), "--duration", str(duration), "--json", out,
         *(["--rt", str(rt)] if rt else []), *extra], check=True, stdout=subprocess.DEVNULL, timeout=duration + 120)
    return json.loads(out.read_text().splitlines()[-1])


def floor(count, duration):
    """The bare relay under SCHED_FIFO in the same minutes."""
    process = subprocess.Popen(
        ["chrt", "-f", "50", TMP / "build/floor", str(count), SWITCH, CALLER, CALLEE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    lines = []
    for line in process.stdout:
        if "READY" in line:
            break
        lines.append(line)
    path = TMP / "floor-calls.txt"
    path.write_text("".join(lines))
    try:
        return rtpload(path, "floor", process.pid, duration)
    finally:
        process.stdin.close()
        process.wait(10)


def hold():
    seconds = int(os.environ.get("HOLD_SECONDS", 60))
    with Switch(ip=SWITCH, **TRUNKS) as switch, calls(300, 100) as (path, stands):
        runs, bare = [], []
        for _ in range(3):
            bare.append(floor(300, max(5, seconds // 3))["lat_us"]["p99"])
            runs.append(rtpload(path, "hold-300", switch.pid, max(5, seconds // 3)))
        status = switch.status()
    lost = sum(run["lost"] for run in runs)
    p99, wanted = statistics.median([run["lat_us"]["p99"] for run in runs]), statistics.median(bare)
    say("300 calls stand", stands, stands == 300, 300)
    say("300 calls, packets lost", lost, lost == 0, 0)
    say("300 calls, drops of our sockets", status["kernel_drops"], status["kernel_drops"] == 0, 0)
    say("300 calls, p99 us, medians of 3", f"{p99:.0f}, bare relay {wanted:.0f}", p99 <= 1.5 * wanted, "1.5 x the bare relay's")
    with Switch(ip=SWITCH, **TRUNKS) as switch, calls(500, 100) as (path, stands):
        result = rtpload(path, "hold-500", switch.pid, 20)
    say("500 calls, loss", f"{result['lost']} of {result['sent']}", result["lost"] <= result["sent"] * 1e-4, "1e-4")


def many():
    with Switch(ip=SWITCH, **TRUNKS) as switch:
        time.sleep(1)
        fresh = switch.status()
        peaks = []
        for turn in (1, 2):
            start = time.monotonic()
            with calls(5000, 110) as (path, stands):
                took = time.monotonic() - start
                result = rtpload(path, "many", switch.pid, 10, "--ptime", "1000", rt=None)
                full = switch.status()
            per_call = (full["resident_octets"] - fresh["resident_octets"]) / 5000 / 1024
            if turn == 1:
                say("5,000 calls set up", f"{stands} in {took:.0f} s", stands == 5000 and stands / took >= 100, "100/s")
                say("5,000 calls, packets lost", result["lost"], result["lost"] == 0, 0)
                say("fresh start, MiB", f"{fresh['resident_octets'] / 2**20:.1f}", fresh["resident_octets"] <= 80 * 2**20, "<= 80")
                say("memory a call, KiB", f"{per_call:.1f}", per_call <= 60, "<= 60")
            time.sleep(40)
            after = switch.status()
            peaks.append(after["peak_resident_octets"])
            say(f"round {turn}: live heap 40 s after the last BYE, MiB",
                f"{after['heap_octets'] / 2**20:.1f}, fresh {fresh['heap_octets'] / 2**20:.1f}",
                after["heap_octets"] <= 1.1 * fresh["heap_octets"], "within 10 %")
            say(f"round {turn}: calls left", after["calls"], after["calls"] == 0, 0)
        say("second round raises the peak", f"{peaks[1] / peaks[0] - 1:.1%}", peaks[1] <= 1.02 * peaks[0], "<= 2 %")


def overload():
    """A capacity of 100 calls (10,000 packets/s at 85 %) is offered 150 of them."""
    with Switch(ip=SWITCH, **{**TRUNKS, "media": {"capacity": 11765}}) as switch, calls(150, 50, False) as (path, stands):
        result = rtpload(path, "overload", switch.pid, 10)
        status = switch.status()
    say("150 offered, admitted", stands, 90 <= stands <= 101, "about 100")
    say("the others refused for load", status["refused_for_load"], status["refused_for_load"] == 150 - stands, 150 - stands)
    say("admitted calls, packets lost", result["lost"], result["lost"] == 0, 0)


class Flood:
    """OPTIONS and REGISTER with wrong passwords at fixed rates, from a process of its own."""

    SCRIPT = r"""
import socket, sys, time
ip, switch, method, rate = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((ip, 0)); port = s.getsockname()[1]
n, start = 0, time.monotonic()
digest = ('Authorization: Digest username="1001", realm="%s", nonce="x", uri="sip:%s", response="0123456789abcdef0123456789abcdef"\r\n' % (switch, switch)) if method == "REGISTER" else ""
while True:
    due = int((time.monotonic() - start) * rate)
    while n < due:
        n += 1
        s.sendto((f"{method} sip:{switch} SIP/2.0\r\nVia: SIP/2.0/UDP {ip}:{port};branch=z9hG4bK{method}{n}\r\nFrom: <sip:1001@{switch}>;tag=f{n}\r\n"
                  f"To: <sip:1001@{switch}>\r\nCall-ID: {method}{n}@{ip}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:x@{ip}:{port}>\r\n"
                  f"{digest}Content-Length: 0\r\n\r\n").encode(), (switch, 5060))
    time.sleep(0.002)
"""

    def __init__(self, ip, method, rate):
        self.process = subprocess.Popen([sys.executable, "-c", self.SCRIPT, ip, SWITCH, method, str(rate)],
                                        start_new_session=True)

    def stop(self):
        self.process.kill()
        self.process.wait()


def stressed(realtime):
    sections = {**TRUNKS, "media": {"realtime": realtime}, "sip": {"trusted": ["127.0.5.8/32"]}}
    with Switch(ip=SWITCH, prefix=["setsid"], **sections) as switch, calls(200, 50) as (path, _):
        # Each in a session of its own: where the kernel groups by session (autogroup), each is a group of its own then.
        loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"], start_new_session=True) for _ in range(4)]
        floods = [Flood("127.0.5.8", "OPTIONS", 5000), Flood("127.0.5.8", "REGISTER", 500)]
        try:
            time.sleep(1)
            return rtpload(path, f"stress-{realtime}", switch.pid, 12)
        finally:
            for process in loops:
                process.kill()
                process.wait()
            for flood in floods:
                flood.stop()


def stress():
    rounds = {"auto": [], "off": []}
    for _ in range(int(os.environ.get("STRESS_ROUNDS", 5))):
        for realtime in rounds:
            rounds[realtime].append(stressed(realtime))
    lost = sum(run["lost"] for run in rounds["auto"])
    say("stress, packets lost", lost, lost == 0, 0)
    for name in ("p50", "p99"):
        on, off = (statistics.median(run["lat_us"][name] for run in rounds[kind]) for kind in ("auto", "off"))
        say(f"stress, {name} us", f"{on:.0f}, realtime off {off:.0f}", on <= off / 3, "<= 1/3 of realtime off")


def child():
    with Switch(ip=SWITCH, **{**TRUNKS, "media": {"process": "child"}}) as switch, calls(50, 50) as (path, stands):
        media = int((switch.data / "media.pid").read_text())
        killer = threading.Timer(4, switch.process.kill)
        killer.start()
        result = rtpload(path, "child", media, 12)
        switch.process.wait()
        os.kill(media, signal.SIGTERM)
    say("control side killed, 50 calls, packets lost", result["lost"], stands == 50 and result["lost"] == 0, 0)


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    subprocess.run(["make", "-s", "-C", HERE, f"BUILD={TMP / 'build'}"], check=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"tandem {subprocess.run([tandem_binary(), '--version'], capture_output=True, text=True).stdout.strip()}")
    for name in sys.argv[1:] or ["hold", "overload", "child", "stress", "many"]:
        {"hold": hold, "many": many, "overload": overload, "stress": stress, "child": child}[name]()
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""The three interface modes beside each other, between two network namespaces: what a packet costs, how long voice waits.

  interfaces.py [cost] [priority] [bulk]      (all of them without arguments; root)

cost      CPU-seconds of the whole machine per million relayed packets, without the generator's own: mode by mode
priority  added latency of 200 calls: alone, with iperf3 out and in through the proxy, with strict priority and without
bulk      TCP through the proxy beside the kernel alone

ROUNDS (3) interleaved rounds, medians; CALLS (400) of `cost`, SECONDS (8) of each run.
"""
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import load
from harness.netns import CARD, GATEWAY4, OUTSIDE4, SECOND4, Link
from harness.switch import Switch

ROUNDS, SECONDS, CALLS = (int(os.environ.get(name, usual)) for name, usual in
                          (("ROUNDS", 3), ("SECONDS", 8), ("CALLS", 400)))
MODES = {"sockets": {"mode": "sockets"}, "owned": {"mode": "owned", "interface": CARD}}
load.SWITCH, load.CALLER, load.CALLEE = GATEWAY4, OUTSIDE4, SECOND4
TRUNKS = {**load.TRUNKS, "trunks": [{"name": "in", "from": [OUTSIDE4]}, {"name": "out", "to": f"{SECOND4}:5060"}]}


def switch(link, **media):
    return Switch(ip=GATEWAY4, prefix=link.gateway.prefix, media=media, **TRUNKS)


def busy() -> float:
    """Seconds in which any processor was at work since the machine started; stolen time is none of ours."""
    words = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _idle, _wait, interrupts, soft = words[:7]
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")


def measure(link, count, seconds, **media):
    """One run: rtpload's figures, with the whole machine's CPU time but the generator's own."""
    with switch(link, **media) as gateway, load.calls(count, 100) as (path, stands):
        assert stands == count, stands
        before, own = busy(), os.times()
        result = load.rtpload(path, media["mode"], gateway.pid, seconds)
        after, mine = busy(), os.times()
        generator = (mine.children_user - own.children_user) + (mine.children_system - own.children_system)
        status = gateway.status()
    result["machine_cpu"] = (after - before - generator) / max(1, result["received"]) * 1e6
    result["status"] = status
    return result


def median(values):
    return f"{statistics.median(values):8.2f} ({min(values):.2f}-{max(values):.2f})"


def cost(link):
    runs = {mode: [] for mode in MODES}
    for _ in range(ROUNDS):
        for mode, media in MODES.items():
            runs[mode].append(measure(link, CALLS, SECONDS, **media))
    print(f"cost, {CALLS} calls, {100 * CALLS} packets/s; CPU-seconds per million packets")
    print(f"{'':10}{'machine':>24}{'tandem':>24}{'p99 us':>26}{'lost':>10}")
    for mode, results in runs.items():
        print(f"{mode:10}{median([run['machine_cpu'] for run in results]):>24}"
              f"{median([run['sut_cpu']['s_per_mpkt'] for run in results]):>24}"
              f"{median([run['lat_us']['p99'] for run in results]):>26}{sum(run['lost'] for run in results):>10}")
    base = statistics.median([run["machine_cpu"] for run in runs["sockets"]])
    for mode in runs:
        ratio = statistics.median([run["machine_cpu"] for run in runs[mode]]) / base
        if mode != "sockets":
            load.say(f"{mode} / sockets", f"{ratio:.2f}", ratio <= 0.85, "<= 0.85")


class Bulk:
    """iperf3 at full rate, out of the gateway or into it, while it is entered."""

    def __init__(self, link, direction):
        self.link, self.direction = link, direction

    def __enter__(self):
        server, client = ((self.link.outside, self.link.gateway) if self.direction == "out"
                          else (self.link.gateway, self.link.outside))
        target = OUTSIDE4 if self.direction == "out" else GATEWAY4
        self.server = server.start("iperf3", "-s", "-1", stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        self.client = client.start("iperf3", "-c", target, "-t", str(SECONDS + 30), stdout=subprocess.DEVNULL)
        time.sleep(1)
        return self

    def __exit__(self, *_):
        for process in (self.client, self.server):
            process.terminate()
            process.wait(10)


def priority(link):
    cases = [("strict", None), ("strict", "out"), ("shared", "out"), ("strict", "in"), ("shared", "in")]
    seen = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for transmit, direction in cases:
            with switch(link, **MODES["owned"], transmit=transmit) as gateway, load.calls(200, 100) as (path, stands):
                if direction is None:
                    result = load.rtpload(path, "alone", gateway.pid, SECONDS)
                else:
                    with Bulk(link, direction):
                        result = load.rtpload(path, direction, gateway.pid, SECONDS)
                result["status"] = gateway.status()
            seen[transmit, direction].append(result)
    print("priority, 200 calls; added latency, us")
    for (transmit, direction), results in seen.items():
        print(f"{transmit:8}{'iperf3 ' + direction if direction else 'alone':12}"
              f"p50 {median([run['lat_us']['p50'] for run in results])}  p99 {median([run['lat_us']['p99'] for run in results])}"
              f"  lost {sum(run['lost'] for run in results)}")
    p99 = {case: statistics.median([run["lat_us"]["p99"] for run in results]) for case, results in seen.items()}
    out = p99["strict", "out"]
    load.say("iperf3 out, p99 beside none", f"{out:.0f}, alone {p99['strict', None]:.0f}", out <= 2 * p99["strict", None], "<= 2 x")
    load.say("iperf3 out, p99 beside no priority", f"{out:.0f}, shared {p99['shared', 'out']:.0f}", out <= p99["shared", "out"] / 5, "<= 1/5")
    load.say("iperf3 in, p99 beside no priority", f"{p99['strict', 'in']:.0f}, shared {p99['shared', 'in']:.0f}",
             p99["strict", "in"] <= p99["shared", "in"] / 2, "<= 1/2")
    lost = sum(run["lost"] for case in (("strict", "out"), ("strict", "in")) for run in seen[case])
    load.say("voice lost beside iperf3", lost, lost == 0, 0)


def rate(link, direction) -> float:
    """Gbit/s of one TCP stream."""
    server, client = (link.outside, link.gateway) if direction == "out" else (link.gateway, link.outside)
    process = server.start("iperf3", "-s", "-1", stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    done = client.run("iperf3", "-c", OUTSIDE4 if direction == "out" else GATEWAY4, "-t", 4, "-J")
    process.wait(10)
    return json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 1e9


def bulk(link):
    seen = {(mode, direction): [] for mode in MODES for direction in ("in", "out")}
    for _ in range(ROUNDS):
        for mode, media in MODES.items():
            with switch(link, **media):
                for direction in ("in", "out"):
                    seen[mode, direction].append(rate(link, direction))
    print("bulk, one TCP stream, Gbit/s")
    for (mode, direction), rates in seen.items():
        print(f"{mode:10}{direction:5}{median(rates)}")
    for direction in ("in", "out"):
        ratio = statistics.median(seen["owned", direction]) / statistics.median(seen["sockets", direction])
        load.say(f"TCP {direction} by the proxy, of the kernel alone", f"{ratio:.0%}", ratio >= 0.45, ">= 45 %")


def main():
    load.TMP.mkdir(parents=True, exist_ok=True)
    parts = {"cost": cost, "priority": priority, "bulk": bulk}
    with Link() as link:
        load.INSIDE = link.outside.prefix
        for name in sys.argv[1:] or parts:
            parts[name](link)
    sys.exit(1 if load.short else 0)


if __name__ == "__main__":
    main()

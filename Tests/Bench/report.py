#!/usr/bin/env python3
"""The table of `make bench`: medians with least and most, ratios to the peers of the same run.

  report.py RESULTS.jsonl RTPENGINE_VERSION
"""
import collections
import json
import statistics
import sys


def spread(values, digits=2):
    if not values:
        return "-"
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def main():
    rows = collections.defaultdict(list)
    for line in open(sys.argv[1]):
        row = json.loads(line)
        rows[row["label"]].append(row)
    relay = {name: rows[f"{name}-relay-200"] for name in ("floor", "rtpengine", "tandem") if rows[f"{name}-relay-200"]}
    if relay:
        print(f"\nRelay, 200 calls, 20,000 packets/s; peer: {sys.argv[2]}")
        print(f"{'':12}{'CPU-s per million packets':32}{'p50 us':24}{'p99 us':28}{'lost':>6}")
        for name, runs in relay.items():
            print(f"{name:12}{spread([cost(run) for run in runs]):32}{spread([run['lat_us']['p50'] for run in runs], 0):24}"
                  f"{spread([run['lat_us']['p99'] for run in runs], 0):28}{sum(run['lost'] for run in runs):>6}")
        for peer in ("rtpengine", "floor"):
            if peer in relay and "tandem" in relay:
                ratio = median_cost(relay["tandem"]) / median_cost(relay[peer])
                print(f"tandem / {peer}: {ratio:.2f} in CPU")
        if "rtpengine" not in relay:
            print("rtpengine is not installed here: the absolute figure is all there is")
    sip = {name: rows[name] for name in ("kamailio", "tandem") if rows[name]}
    if sip:
        print("\nSignalling, INVITE-200-ACK-BYE at 200 calls/s (kamailio: stateful proxy, no records; "
              "tandem: B2BUA with records)")
        for name, runs in sip.items():
            print(f"{name:12}{spread([run['cpu_s_per_1000'] for run in runs], 3)} CPU-s per 1000 calls, "
                  f"failed {sum(run['failed'] for run in runs)}")


def cost(run):
    return run["sut_cpu"]["s_per_mpkt"]


def median_cost(runs):
    return statistics.median(cost(run) for run in runs)


main()

"""A switch, two headless phones, one call: what `make demo` shows. Exit status 0 when it went well."""
import argparse
import json
import math
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

SECONDS = 6
SENTENCE = "Good morning. This is a call through the switch. The quick brown fox jumps over the lazy dog. " * 2
IP = "127.0.0.1"


def free(ports) -> bool:
    """Whether all of these UDP and TCP ports can be bound."""
    for port in ports:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                try:
                    probe.bind((IP, port))
                except OSError:
                    return False
    return True


def free_range(start, count) -> range:
    """The first free run of `count` ports from `start` on."""
    for first in range(start, 60000, count):
        if free(range(first, first + count)):
            return range(first, first + count)
    raise OSError("no free ports")


def speech(folder: Path) -> Path:
    """A sentence from espeak-ng at 8 kHz, or a tone where espeak-ng is missing."""
    path, spoken = folder / "speech.wav", folder / "spoken.wav"
    if shutil.which("espeak-ng") and shutil.which("sox"):
        subprocess.run(["espeak-ng", "-w", str(spoken), SENTENCE], check=True)
        subprocess.run(["sox", str(spoken), "-r", "8000", "-b", "16", "-c", "1", str(path), "norm", "-6"], check=True)
        return path
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(
            struct.pack("<h", int(8000 * math.sin(2 * math.pi * 440 * n / 8000))) for n in range(8000 * SECONDS)))
    return path


def report(name, done):
    print(f"  {name}: {done['outcome']}, {done['codec']}, {done['packets_received']} packets heard, "
          f"{done['lost']} lost, MOS {done['mos']:.2f}")


def report_record(row):
    mos = "none" if row["mos_x100"] is None else f"{row['mos_x100'] / 100:.2f}"
    print(f"  leg {row['leg_no']}: {row['caller_raw']} -> {row['callee_raw']}, {row['disposition']}, "
          f"SIP {row['sip_code']}, Q.850 {row['q850']}, {row['talk_ms'] / 1000:.1f} s, MOS {mos}, "
          f"released by {row['released_by']}")


def show(folder: Path) -> bool:
    """Runs the demonstration; whether both phones ended well and heard well."""
    from harness.phones import tandem_call
    from harness.switch import Switch
    port = free_range(5070, 1)[0]
    media = free_range(21000, 16)
    with Switch(directory=folder, ip=IP, port=port, media={"ports": f"{media[0]}-{media[-1]}"}) as switch:
        print(f"Switch ready at sip:{switch.address}, media on ports {media[0]}-{media[-1]}")
        sound = speech(folder)
        callee = tandem_call(answer=True, registrar=switch.address, user="1002", password="p2", play=sound,
                             seconds=3 * SECONDS, wait=30)
        caller = tandem_call(f"sip:1002@{switch.address}", registrar=switch.address, user="1001", password="p1",
                             play=sound, seconds=SECONDS, wait=30)
        time.sleep(2)
        registered = json.loads(switch.cli("registrations", "--json", "--config", switch.config).stdout)
        print("Registered: " + ", ".join(sorted(
            f"{binding['account']} at {binding['source']}" for binding in registered)))
        print(f"1001 calls 1002, both speak for {SECONDS} s ...")
        outcomes = {"1001": caller.result(), "1002": callee.result()}
        for name, done in outcomes.items():
            report(name, done)
        switch.closed_records(2)
        rows = switch.cli("cdr", "export", "--format", "jsonl", "--config", switch.config).stdout.splitlines()
        print("Call records:")
        for row in rows:
            report_record(json.loads(row))
    print("Switch stopped")
    return len(rows) == 2 and all(
        done["outcome"] == "completed" and done["mos"] > 4 for done in outcomes.values())


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tandem", required=True, help="the executable")
    os.environ["TANDEM"] = str(Path(options.parse_args().tandem).resolve())
    with tempfile.TemporaryDirectory(prefix="tandem-demo-") as folder:
        went_well = show(Path(folder))
    print("Completed, MOS above 4" if went_well else "The call did not go as it should")
    return 0 if went_well else 1


if __name__ == "__main__":
    sys.exit(main())

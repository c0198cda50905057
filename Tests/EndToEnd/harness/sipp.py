"""SIPp as caller and callee."""
import csv
import re
import subprocess
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[1] / "sipp"


class Callee:
    """A SIPp that answers, in the background; ended by its own process id."""

    def __init__(self, ip, port=5060, scenario="uas.xml", directory=None, extra=(), inside=()):
        self.process = subprocess.Popen(
            [*inside, "sipp", "-sf", str(SCENARIOS / scenario), "-i", ip, "-mi", ip, "-p", str(port), "-nostdin", "-nd", *extra],
            cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def call(target, ip, number, calls, rate, directory, scenario="uac.xml", limit=20000, timeout=120, port=5060, extra=(),
         inside=()):
    """Runs calls to the end; SIPp's own counts as a dict."""
    stat = Path(directory) / "uac.csv"
    stat.unlink(missing_ok=True)
    done = subprocess.run(
        [*inside, "sipp", target, "-sf", str(SCENARIOS / scenario), "-i", ip, "-mi", ip, "-p", str(port), "-s", number,
         "-r", str(rate), "-m", str(calls), "-l", str(limit), "-nostdin", "-trace_stat", "-stf", str(stat), "-fd", "1",
         "-timeout", str(timeout), *extra],
        cwd=directory, capture_output=True, text=True, timeout=timeout + 60)
    with open(stat) as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    return {
        "exit": done.returncode,
        "successful": int(last["SuccessfulCall(C)"]),
        "failed": int(last["FailedCall(C)"]),
        "retransmissions": int(last["Retransmissions(C)"]),
        "screen": re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", done.stdout[-2000:] + done.stderr[-1000:]),
    }

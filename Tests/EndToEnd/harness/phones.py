"""Phones: real softphones through phone.py, and `tandem call`, each one call in the background."""
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .switch import ROOT, tandem_binary

PHONE = ROOT / "Tests/EndToEnd/phones/phone.py"
COMPARE = ROOT / "Tests/EndToEnd/phones/compare_audio.py"


class Call:
    """A phone process whose last line of standard output is one JSON object."""

    def __init__(self, arguments, ready_file=None):
        self.arguments = [str(argument) for argument in arguments]
        self.ready_file = Path(ready_file) if ready_file else None
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_ready(self, timeout=20.0):
        end = time.monotonic() + timeout
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"phone not ready: {self.arguments}\n{self.process.communicate()}")
            time.sleep(0.02)
        return self

    def result(self, timeout=90.0) -> dict:
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            out, err = self.process.communicate()
            raise AssertionError(f"phone did not end: {self.arguments}\n{out}\n{err}") from None
        lines = [line for line in out.splitlines() if line.startswith("{")]
        if not lines:
            raise AssertionError(f"no outcome from {self.arguments}: {out!r} {err!r}")
        return {**json.loads(lines[-1]), "exit": self.process.returncode, "stderr": err}


def softphone(client, **options) -> Call:
    """One real softphone; options as of phone.py with underscores. `answer=True` waits for a call."""
    return start([sys.executable, PHONE, "--client", client], options)


def tandem_call(uri=None, **options) -> Call:
    """One `tandem call --json`."""
    head = [tandem_binary(), "call"] + ([uri] if uri else []) + ["--json"]
    return start(head, options)


def start(head, options) -> Call:
    """`inside` is what the command is put behind, to run in a namespace."""
    head = [*options.pop("inside", []), *head]
    ready = None
    if options.get("answer"):
        ready = Path(tempfile.mkdtemp(prefix="tandem-phone-")) / "ready"
        options["ready_file"] = ready
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            head.append(flag)
        elif value not in (None, False):
            head += [flag, value]
    call = Call(head, ready)
    return call.wait_ready() if ready else call


def compare(reference, recording, rate=8000) -> dict:
    """How `recording` compares with `reference`: alignment, correlation, PESQ."""
    done = subprocess.run(
        [sys.executable, COMPARE, reference, recording, "--rate", str(rate)], capture_output=True, text=True)
    return json.loads(done.stdout)

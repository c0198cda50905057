"""Writes Docs/Interop.md from a run of the whole softphone matrix."""
import datetime
import importlib.metadata
import itertools
import subprocess

from harness.lab import CLIENTS
from harness.switch import ROOT, tandem_binary

DOCUMENT = ROOT / "Docs/Interop.md"
INTRODUCTION = """# Interop

`make interop` wrote this file. Real softphones, run headless on one machine, register at the switch and call each
other; a WAV file is the microphone and a WAV file the loudspeaker of each. PESQ (ITU-T P.862) compares what is heard
with what was said, and the call through the switch with a direct call of the same two phones: it may cost 0.2.
The voice is espeak-ng's, which scores lower than a human one, so that the difference counts. Calls between
PCMU and PCMA are transcoded: their yardstick is the direct call less what an ideal conversion of that voice costs.
"""
NOTES = """## What the clients need

- baresip 1.0 knows MD5 only and gives up on a response that also offers another algorithm, whatever their order:
  `sip.auth.algorithms: [MD5]`, the default. All cases with baresip ran so, the others with `[SHA-256, MD5]`.
- linphonec refuses a call with 603, which its record shows as `rejected`; the others answer 486, `busy`.
- baresip sends media from the address that the system chooses, not from the one in its description. On loopback keep
  it on 127.0.0.1, or the switch takes its media for somebody else's.
"""
CASES = ["hang up", "busy", "cancel", "no answer", "hold", "digits", "TCP"]


def output(*command) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return done.stdout.strip()


def newer_sources() -> bool:
    """Whether the executable is older than what it should be built from."""
    built = tandem_binary().stat().st_mtime
    return any(path.stat().st_mtime > built for path in (ROOT / "Sources").rglob("*.swift"))


def versions() -> list[str]:
    """What took part, one line each."""
    commit = output("git", "rev-parse", "HEAD")
    changed = output("git", "status", "--porcelain", "--", "Sources", "Package.swift") or newer_sources()
    return [
        f"| tandem | {output(str(tandem_binary()), '--version')}, commit {commit}"
        f"{' with changes' if changed else ''} |",
        f"| baresip | {output('dpkg-query', '-W', '-f', '${Version}', 'baresip-core')} |",
        f"| linphone | {output('dpkg-query', '-W', '-f', '${Version}', 'linphone-cli')} |",
        f"| pjsua | pjsua2-python {importlib.metadata.version('pjsua2-python')} |",
        f"| date | {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC |",
    ]


def table(*columns) -> list[str]:
    return ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]


def score(entry, name) -> str:
    values = entry.get(name)
    return f"{values['a']:.2f} / {values['b']:.2f}" if values else "none"


class InteropReport:
    """Gathers what the tests note under `interop`; plugin of the test run."""

    def __init__(self):
        self.entries = []
        self.versions = []

    def pytest_sessionstart(self):
        self.versions = versions()

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            for name, entry in report.user_properties:
                if name == "interop":
                    self.entries = [known for known in self.entries if known is not entry]
                    self.entries.append(entry)
                    entry["verdict"] = "**failed**" if report.failed else "ok"

    def pytest_sessionfinish(self):
        if len(self.of("talk")) == len(CLIENTS) ** 2 * 4 and self.of("hang up"):
            DOCUMENT.write_text("\n".join(self.lines()) + "\n")

    def of(self, case) -> list[dict]:
        return [entry for entry in self.entries if entry["case"] == case]

    def verdict(self, case, **keys) -> str:
        found = [entry["verdict"] for entry in self.of(case)
                 if all(entry.get(key) == value for key, value in keys.items())]
        return found[0] if found else "not run"

    def lines(self) -> list[str]:
        return [
            INTRODUCTION, *table("part", "version"), *self.versions, "",
            "## Talk", "",
            "PESQ as the caller hears / as the callee hears; the best of up to three calls, where one was too low.", "",
            *table("caller", "callee", "codecs", "through the switch", "direct", "calls", "verdict"), *self.talk(), "",
            "## Registration and echo", "",
            *table("client", "UDP, TCP, wrong password refused", "echo application"), *self.basics(), "",
            "## Calls between a softphone and `tandem call`", "",
            "The codes on both sides and the call records are compared.", "",
            *table("softphone", "as", *CASES), *self.calls(), "",
            "## RFC 4733 digits from softphone to softphone, once each", "",
            *table("from \\ to", *CLIENTS), *self.digits(), "",
            NOTES.rstrip(),
        ]

    def talk(self):
        return [
            f"| {entry['caller']} | {entry['callee']} | {' - '.join(entry['codecs'])} | {score(entry, 'heard')} "
            f"| {score(entry, 'direct')} | {entry.get('attempts', 1)} | {entry['verdict']} |"
            for entry in self.of("talk")]

    def basics(self):
        return [f"| {client} | {self.verdict('registration', client=client)} | {self.verdict('echo', client=client)} |"
                for client in CLIENTS]

    def calls(self):
        return [f"| {client} | {role} | "
                + " | ".join(self.verdict(case, client=client, role=role) for case in CASES) + " |"
                for client, role in itertools.product(CLIENTS, ["caller", "callee"])]

    def digits(self):
        return [f"| {client} | "
                + " | ".join(self.verdict("phone to phone", client=client, callee=callee) for callee in CLIENTS) + " |"
                for client in CLIENTS]

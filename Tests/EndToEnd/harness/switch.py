"""A switch under test: its configuration, its process, its records."""
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def tandem_binary() -> Path:
    """The executable under test: TANDEM, else the release build, else the debug build of this checkout."""
    named = os.environ.get("TANDEM")
    for path in [named] if named else [ROOT / ".build/release/tandem", ROOT / ".build/debug/tandem"]:
        if Path(path).exists():
            return Path(path)
    raise FileNotFoundError("no tandem executable: run `make build`")


def yaml(value, indent=0) -> str:
    """Enough YAML for configurations: nested dicts, lists, scalars."""
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(
            f"{pad}{key}: {json.dumps(item)}\n" if not isinstance(item, (dict, list)) or not item
            else f"{pad}{key}:\n{yaml(item, indent + 1)}" for key, item in value.items())
    return "".join(f"{pad}- {json.dumps(item)}\n" for item in value)


def configuration(data: Path, ip="127.0.0.1", port=5060, **sections) -> dict:
    """The configuration that most tests use; `sections` replace or extend (one level deep)."""
    base = {
        "node": {"name": "test", "data": str(data), "drain_s": 2},
        "sip": {"domain": ip, "listen": [f"udp://{ip}:{port}", f"tcp://{ip}:{port}"]},
        "media": {"mode": "sockets", "address": ip, "ports": "20000-20127", "codecs": ["PCMU", "PCMA"]},
        "accounts": [{"user": "1001", "password": "p1"}, {"user": "1002", "password": "p2"}],
        "routes": [{"number": "600", "application": "echo"}, {"number": "601", "application": "milliwatt"}],
        "log": {"level": "info"},
    }
    for name, section in sections.items():
        if isinstance(section, dict) and isinstance(base.get(name), dict):
            base[name] = {**base[name], **section}
        else:
            base[name] = section
    return base


class Switch:
    """One `tandem run`. Use as a context manager; what it started it ends, by its own process id."""

    def __init__(self, directory=None, ip="127.0.0.1", port=5060, prefix=(), env=None, **sections):
        self.directory = Path(directory or tempfile.mkdtemp(prefix="tandem-test-"))
        self.owns_directory = directory is None
        self.ip, self.port, self.prefix, self.env = ip, port, list(prefix), env or {}
        self.data = self.directory / "var"
        self.config = self.directory / "tandem.yaml"
        self.log_path = self.directory / "tandem.log"
        self.write(**sections)
        self.process = None

    def write(self, **sections):
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config.write_text(yaml(configuration(self.data, self.ip, self.port, **sections)))

    @property
    def address(self) -> str:
        return f"{self.ip}:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self, timeout=30.0):
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [*self.prefix, str(tandem_binary()), "run", "--config", str(self.config)],
            stdout=subprocess.PIPE, stderr=self.log, env={**os.environ, **self.env})
        ready = threading.Event()

        def read():
            for line in self.process.stdout:
                self.log.write(line)
                if line.strip() == b"tandem ready":
                    ready.set()

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        end = time.monotonic() + timeout
        while not ready.wait(0.02):
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the switch did not get ready:\n{self.log_text()[-3000:]}")
        return self

    def log_text(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def kill(self):
        """SIGKILL, as a crash would end it."""
        self.process.kill()
        self.process.wait()

    def stop(self, timeout=20.0) -> int:
        """SIGTERM, again after two seconds; the exit status."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        for wait in (2.0, timeout):
            self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(wait)
            except subprocess.TimeoutExpired:
                continue
        self.process.kill()
        raise AssertionError("the switch did not end after two SIGTERM")

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        try:
            if self.process and self.process.poll() is None:
                self.stop()
        finally:
            if kind is not None:
                print(self.log_text()[-4000:])
            if self.owns_directory:
                shutil.rmtree(self.directory, ignore_errors=True)

    def records(self, where="1") -> list[dict]:
        """Call records in order of their sequence numbers."""
        path = self.data / "records.sqlite"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(f"SELECT * FROM cdr WHERE {where} ORDER BY seq")]

    def closed_records(self, count: int, timeout=10.0) -> list[dict]:
        """Waits until `count` records are final; the records."""
        end = time.monotonic() + timeout
        while True:
            rows = self.records()
            done = [row for row in rows if row["state"] in ("closed", "recovered")]
            if len(done) >= count and len(done) == len(rows) or time.monotonic() > end:
                return rows
            time.sleep(0.05)

    def cli(self, *arguments, check=True, timeout=60):
        done = subprocess.run(
            [str(tandem_binary()), *map(str, arguments)], capture_output=True, text=True, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"tandem {' '.join(map(str, arguments))}: {done.returncode} {done.stderr}")
        return done

    def status(self) -> dict:
        return json.loads(self.cli("status", "--json", "--config", self.config).stdout)

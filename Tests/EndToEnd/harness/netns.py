"""Two hosts joined by one Ethernet link, each a network namespace of its own: the gateway and an outside host."""
import json
import os
import shutil
import subprocess

import pytest

GATEWAY4, OUTSIDE4, SECOND4 = "10.99.0.1", "10.99.0.2", "10.99.0.3"
GATEWAY6, OUTSIDE6 = "fd99::1", "fd99::2"
CARD, NEAR = "wan0", "eth0"


def ip(*arguments):
    done = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"ip {' '.join(map(str, arguments))}: {done.stderr}"
    return done.stdout


class Host:
    """One network namespace."""

    def __init__(self, name):
        self.name = name

    @property
    def prefix(self) -> list:
        """What a command is put behind to run here. (`ip netns exec` would hide mounts that are made inside.)"""
        return ["nsenter", f"--net=/run/netns/{self.name}"]

    def run(self, *command, check=True, timeout=120):
        done = subprocess.run([*self.prefix, *map(str, command)], capture_output=True, text=True, timeout=timeout)
        assert not check or done.returncode == 0, f"{command}: {done.returncode} {done.stdout} {done.stderr}"
        return done

    def start(self, *command, **options):
        return subprocess.Popen([*self.prefix, *map(str, command)], **options)

    def ip(self, *arguments):
        return ip("-n", self.name, *arguments)

    def addresses(self, device) -> set:
        found = json.loads(self.ip("-j", "addr", "show", "dev", device))[0]
        return {(entry["local"], entry["prefixlen"], entry["scope"]) for entry in found["addr_info"]}

    def routes(self) -> set:
        return {line.strip() for line in (self.ip("route") + self.ip("-6", "route")).splitlines()}

    def link(self, device) -> dict:
        return json.loads(self.ip("-j", "link", "show", "dev", device))[0]


class Link:
    """Gateway and outside host. Use as a context manager; what it made it removes."""

    def __init__(self):
        if os.geteuid() != 0 or shutil.which("ip") is None:
            pytest.skip("network namespaces need root and iproute2")
        self.gateway, self.outside = Host(f"tandem-g{os.getpid()}"), Host(f"tandem-o{os.getpid()}")
        self.card = Host(f"tandem-{CARD}")

    def __enter__(self):
        for host in (self.gateway, self.outside):
            ip("netns", "add", host.name)
            host.ip("link", "set", "lo", "up")
        ip("link", "add", CARD, "netns", self.gateway.name, "type", "veth",
           "peer", "name", NEAR, "netns", self.outside.name)
        for host, device, four, six in ((self.gateway, CARD, [GATEWAY4], GATEWAY6),
                                        (self.outside, NEAR, [OUTSIDE4, SECOND4], OUTSIDE6)):
            for address in four:
                host.ip("addr", "add", f"{address}/24", "brd", "+", "dev", device)
            host.ip("addr", "add", f"{six}/64", "dev", device, "nodad")
            host.ip("link", "set", device, "up")
        self.gateway.ip("route", "add", "default", "via", OUTSIDE4)
        self.gateway.ip("route", "add", "192.0.2.0/24", "via", OUTSIDE4, "metric", 50)
        return self

    def __exit__(self, *_):
        for host in (self.gateway, self.outside, self.card):
            subprocess.run(["ip", "netns", "del", host.name], capture_output=True)
        try:
            os.unlink(f"/run/tandem-{CARD}.state")
        except FileNotFoundError:
            pass


class Capture:
    """tshark on the outside end of the link; `packets` are dicts of the fields asked for."""

    def __init__(self, host, path):
        self.host, self.path = host, path

    def __enter__(self):
        self.process = self.host.start("tshark", "-q", "-i", NEAR, "-w", self.path,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "Capture started" in line or "Capturing on" in line:
                break
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def packets(self, only, *fields) -> list:
        ask = [item for field in fields for item in ("-e", field)]
        done = subprocess.run(["tshark", "-r", self.path, "-Y", only, "-T", "fields", *ask], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [dict(zip(fields, line.split("\t"))) for line in done.stdout.splitlines()]

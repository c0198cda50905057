"""Abuse: what strangers may not do, and what must not be punished."""
import re
import socket
import time

import pytest

from harness import sipp
from harness.switch import Switch

SWITCH, CALLER, CALLEE, STRANGER = "127.0.5.1", "127.0.5.2", "127.0.5.3", "127.0.5.66"
TRUNKS = {
    "trunks": [{"name": "in", "from": [CALLER]}, {"name": "out", "to": f"{CALLEE}:5060"}],
    "routes": [{"prefix": "b", "trunk": "out"}, {"number": "600", "application": "echo"}],
    "log": {"level": "warning"},
}


class Stranger:
    """A UDP socket that speaks SIP by hand."""

    def __init__(self, ip=STRANGER, switch=(SWITCH, 5060)):
        self.ip, self.switch = ip, switch
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 0))
        self.socket.settimeout(1.0)
        self.port = self.socket.getsockname()[1]
        self.number = 0

    def request(self, method, uri, user="x", extra="", sequence=1):
        self.number += 1
        return (f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {self.ip}:{self.port};branch=z9hG4bKs{self.port}n{self.number}\r\n"
                f"From: <sip:{user}@{SWITCH}>;tag=s{self.number}\r\nTo: <{uri}>\r\n"
                f"Call-ID: s{self.port}-{self.number}@{self.ip}\r\nCSeq: {sequence} {method}\r\nMax-Forwards: 70\r\n"
                f"Contact: <sip:{user}@{self.ip}:{self.port}>\r\n{extra}Content-Length: 0\r\n\r\n").encode()

    def ask(self, octets):
        """The status of the final answer; None for silence."""
        self.socket.sendto(octets, self.switch)
        try:
            while True:
                answer = self.socket.recv(65535).decode()
                status = int(re.match(r"SIP/2\.0 (\d+)", answer)[1])
                if status >= 200:
                    return status
        except TimeoutError:
            return None


def test_stranger_is_challenged_never_routed(tmp_path):
    with Switch(ip=SWITCH, **TRUNKS) as switch, sipp.Callee(CALLEE, directory=tmp_path):
        stranger = Stranger()
        for uri in (f"sip:b1000@{SWITCH}", f"sip:600@{SWITCH}", f"sip:1001@{SWITCH}"):
            assert stranger.ask(stranger.request("INVITE", uri)) in (401, 407)
        assert switch.records("trunk_out IS NOT NULL") == []


def test_account_may_not_pretend_to_be_another(tmp_path):
    """From and P-Asserted-Identity of an account must be its own."""
    from harness.phones import tandem_call
    with Switch() as switch:
        forged = tandem_call(f"sip:600@{switch.address}", registrar=switch.address, user="1001", password="p1",
                             no_register=True, **{"from": "sip:1002@127.0.0.1"}, wait=10).result()
        assert forged["outcome"] != "completed" and forged["sip_code"] == 403, forged
        honest = tandem_call(f"sip:600@{switch.address}", registrar=switch.address, user="1001", password="p1",
                             seconds=1, wait=10).result()
        assert honest["outcome"] == "completed", honest


def test_malformed_flood_is_banned_and_a_trunk_is_not(tmp_path):
    with Switch(ip=SWITCH, **TRUNKS, sip={"limits": {"ban_failures": 20, "ban_s": 60}}) as switch, \
            sipp.Callee(CALLEE, directory=tmp_path):
        stranger, neighbour = Stranger(), Stranger("127.0.5.67")
        for _ in range(200):
            stranger.socket.sendto(b"INVITE sip:x SIP/2.0\r\nrubbish\r\n\r\n", stranger.switch)
        time.sleep(0.5)
        stranger.socket.setblocking(False)
        try:
            while True:
                stranger.socket.recv(65535)
        except BlockingIOError:
            stranger.socket.settimeout(1.0)
        assert stranger.ask(stranger.request("OPTIONS", f"sip:{SWITCH}")) is None
        assert neighbour.ask(neighbour.request("OPTIONS", f"sip:{SWITCH}")) == 200
        assert switch.status()["bans"] >= 1
        done = sipp.call(f"{SWITCH}:5060", CALLER, "b1000", 400, 200, tmp_path)
        assert done["successful"] == 400, done


def test_wrong_passwords_cost_bounded_memory(tmp_path):
    """20,000 unauthenticated requests leave the resident memory where it was."""
    with Switch(ip=SWITCH, **TRUNKS, sip={"limits": {"source_per_s": 100000, "source_burst": 100000}}) as switch:
        stranger = Stranger()
        def resident():
            return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{switch.pid}/status").read())[1])
        for _ in range(2000):
            stranger.socket.sendto(stranger.request("INVITE", f"sip:b1@{SWITCH}"), stranger.switch)
        time.sleep(1)
        before = resident()
        for number in range(20000):
            stranger.socket.sendto(stranger.request("INVITE", f"sip:b{number}@{SWITCH}"), stranger.switch)
            if number % 500 == 0:
                time.sleep(0.02)
        time.sleep(1)
        assert resident() - before < 8 * 1024, (before, resident())


@pytest.mark.needs("sipp")
def test_overload_is_answered_503_before_state(tmp_path):
    with Switch(ip=SWITCH, **TRUNKS, sip={"limits": {"calls": 20}}) as switch, \
            sipp.Callee(CALLEE, scenario="uas-hold.xml", directory=tmp_path):
        done = sipp.call(f"{SWITCH}:5060", CALLER, "b1000", 200, 200, tmp_path, scenario="uac-hold.xml")
        assert done["successful"] >= 20 and done["failed"] > 50, done
        status = switch.status()
        assert status["refused_for_load"] == done["failed"], (status, done)

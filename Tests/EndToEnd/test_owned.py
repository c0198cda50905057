"""Mode owned: the real-time plane owns the card, the system has a proxy device of the same MAC and IP address."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from harness import sipp
from harness.netns import CARD, GATEWAY4, GATEWAY6, NEAR, OUTSIDE4, OUTSIDE6, SECOND4, Capture, Link
from harness.phones import compare, softphone, tandem_call
from harness.switch import Switch, tandem_binary

pytestmark = pytest.mark.needs("ip", "nsenter", "ping", "tshark")
TRUNKS = {
    "trunks": [{"name": "in", "from": [OUTSIDE4]}, {"name": "out", "to": f"{SECOND4}:5060"}],
    "routes": [{"prefix": "b", "trunk": "out"}, {"number": "600", "application": "echo"}],
}


def owned(link, auth_algorithms=("SHA-256", "MD5"), **sections):
    """A switch that owns the gateway's card."""
    return Switch(ip=GATEWAY4, prefix=link.gateway.prefix,
                  media={"mode": "owned", "interface": CARD, "address": GATEWAY4, "address6": GATEWAY6},
                  sip={"listen": [f"udp://{GATEWAY4}:5060", f"tcp://{GATEWAY4}:5060", f"udp://[{GATEWAY6}]:5060"],
                       "auth": {"algorithms": list(auth_algorithms)}},
                  **sections)


@pytest.fixture
def link():
    with Link() as link:
        yield link


def eventually(question, seconds=10.0):
    """Whether `question` gets a yes in time."""
    end = time.monotonic() + seconds
    while not question():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def pings(host, target, *options) -> str:
    return host.run("ping", "-n", "-c", 3, "-i", 0.2, "-W", 2, *options, target).stdout


# A host that takes or sends octets over TCP, or echoes UDP: run by python inside a namespace.
PEER = """
import hashlib, socket, sys
kind, family, host, port, count = sys.argv[1], socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET, sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if kind == "take":
    with socket.create_server((host, port), family=family) as server:
        print("ready", flush=True)
        near, _ = server.accept()
        seen, total = hashlib.sha256(), 0
        while octets := near.recv(1 << 20):
            seen.update(octets); total += len(octets)
        print(total, seen.hexdigest())
elif kind == "give":
    near = socket.create_connection((host, port), timeout=20)
    seen, block = hashlib.sha256(), bytes(range(256)) * 4096
    for place in range(0, count, len(block)):
        octets = hashlib.sha256(str(place).encode()).digest() + block[32:]
        seen.update(octets); near.sendall(octets)
    near.close()
    print(count, seen.hexdigest())
elif kind == "echo":
    near = socket.socket(family, socket.SOCK_DGRAM); near.bind((host, port))
    print("ready", flush=True)
    while True:
        octets, source = near.recvfrom(65535); near.sendto(octets, source)
elif kind == "ask":
    near = socket.socket(family, socket.SOCK_DGRAM); near.settimeout(3)
    near.sendto(b"x" * count, (host, port)); print(len(near.recv(65535)))
"""


def peer(host, *arguments):
    return host.start(sys.executable, "-c", PEER, *arguments, stdout=subprocess.PIPE, text=True)


def transfer(giver, taker, address, megabytes):
    """Octets over TCP from one host to the other: what was sent and what arrived."""
    count = megabytes << 20
    server = peer(taker, "take", address, 9000, 0)
    assert server.stdout.readline().strip() == "ready"
    sent = peer(giver, "give", address, 9000, count).communicate(timeout=300)[0].split()
    assert server.communicate(timeout=60)[0].split() == sent and sent[0] == str(count), sent


def check_capture(capture, gateway_mac):
    """Nothing was answered twice, and the system on the card itself said nothing."""
    replies = capture.packets("icmp.type==0 || icmpv6.type==129", "ip.src", "ipv6.src", "icmp.ident", "icmp.seq",
                              "icmpv6.echo.identifier", "icmpv6.echo.sequence_number", "ip.frag_offset")
    keys = [tuple(sorted(reply.items())) for reply in replies]
    assert len(keys) == len(set(keys)), "a ping was answered twice"
    assert capture.packets("icmp.type==3 || icmpv6.type==1", "ip.src") == []
    ours = capture.packets(f"ip.src=={GATEWAY4} || ipv6.src=={GATEWAY6}", "eth.src")
    assert {packet["eth.src"] for packet in ours} == {gateway_mac}
    asked = capture.packets("arp.opcode==1", "arp.dst.proto_ipv4")
    answers = capture.packets(f"arp.opcode==2 && arp.src.proto_ipv4=={GATEWAY4}", "eth.src")
    assert len(answers) <= len([ask for ask in asked if ask["arp.dst.proto_ipv4"] == GATEWAY4])


def test_general_purpose_plane_through_the_proxy(link, tmp_path, request):
    """Ping, TCP both ways, UDP whole and in fragments, IPv6, each answered once; then everything is as before."""
    megabytes = 1024 if request.config.getoption("--interop") else 64
    before = link.gateway.addresses(CARD), link.gateway.routes(), link.gateway.link(CARD)["address"]
    with owned(link) as switch, Capture(link.outside, tmp_path / "outside.pcap") as capture:
        assert link.gateway.addresses(CARD) == before[0] and link.gateway.routes() == before[1]
        assert link.gateway.link(CARD)["address"] == before[2]
        for host, target in ((link.outside, GATEWAY4), (link.gateway, OUTSIDE4), (link.outside, GATEWAY6),
                             (link.gateway, OUTSIDE6)):
            assert "3 received, 0% packet loss" in pings(host, target) and "DUP" not in pings(host, target)
        assert "3 received" in pings(link.outside, GATEWAY4, "-s", 4000)
        for address, six in ((GATEWAY4, OUTSIDE4), (GATEWAY6, OUTSIDE6)):
            echo = peer(link.gateway, "echo", address, 9001, 0)
            assert echo.stdout.readline().strip() == "ready"
            for count in (10, 1400, 5000, 40000):
                assert peer(link.outside, "ask", address, 9001, count).communicate(timeout=10)[0].strip() == str(count)
            echo.terminate()
            echo.wait()
    check_capture(capture, before[2])
    with owned(link) as switch:
        transfer(link.outside, link.gateway, GATEWAY4, megabytes)
        transfer(link.gateway, link.outside, OUTSIDE4, megabytes)
        transfer(link.outside, link.gateway, GATEWAY6, 16)
        status = switch.status()
        assert status["proxy_dropped_in"] == 0, status
    assert link.gateway.addresses(CARD) == before[0] and link.gateway.routes() == before[1]
    assert link.gateway.link(CARD)["address"] == before[2]
    assert not os.path.exists(f"/run/netns/tandem-{CARD}") and not os.path.exists(f"/run/tandem-{CARD}.state")


def phone(host, user, bind, uri=None, registrar=f"{GATEWAY4}:5060", **options):
    """A registered `tandem call` on a host."""
    return tandem_call(uri, inside=host.prefix, bind=bind, registrar=registrar, user=user,
                       password={"1001": "p1", "1002": "p2"}[user], **{"wait": 40, **options})


def talk(callee, caller, tmp_path, speech, **options):
    """One call; what each side heard has to be what the other said."""
    heard = {side: tmp_path / f"{side}.wav" for side in "ab"}
    b = callee(answer=True, play=speech, record=heard["b"])
    a = caller(play=speech, record=heard["a"], seconds=11, **options)
    a, b = a.result(), b.result()
    assert (a["outcome"], b["outcome"]) == ("completed", "completed"), (a, b)
    assert a["mos"] > 4 and b["mos"] > 4, (a, b)
    for side in heard.values():
        assert compare(speech, side)["pesq"] >= 3.8, compare(speech, side)
    return a, b


def test_a_call_of_two_outside_phones(link, tmp_path, speech):
    """Voice goes in frames of the real-time plane's own, from the card's MAC address, each once."""
    mac = link.gateway.link(CARD)["address"]
    with owned(link) as switch, Capture(link.outside, tmp_path / "outside.pcap") as capture:
        talk(lambda **o: phone(link.outside, "1002", SECOND4, **o),
             lambda **o: phone(link.outside, "1001", OUTSIDE4, f"sip:1002@{GATEWAY4}", **o), tmp_path, speech)
        time.sleep(0.5)
        status = switch.status()
    assert status["frames_in"] > 1000 and status["frames_out"] > 1000, status
    # The first packets may meet a station whose MAC address nobody has asked for yet.
    assert status["slow_out"] < 20 and status["frames_dropped"] == 0, status
    voice = capture.packets(f"ip.src=={GATEWAY4} && udp.srcport>=20000 && udp.srcport<20128", "eth.src", "ip.dsfield.dscp",
                            "ip.dst", "udp.dstport", "ip.id", "udp.payload")
    assert {(packet["eth.src"], packet["ip.dsfield.dscp"]) for packet in voice} == {(mac, "46")}
    sent = [(packet["ip.dst"], packet["udp.dstport"], packet["udp.payload"]) for packet in voice]
    assert len(sent) == len(set(sent)), "a voice packet left twice"
    check_capture(capture, mac)


def test_a_call_with_a_phone_on_the_machine_itself(link, tmp_path, speech):
    """A peer on the gateway talks by the dummy sockets, an outside IPv6 phone by frames."""
    with owned(link) as switch:
        talk(lambda **o: phone(link.gateway, "1002", f"{GATEWAY4}:5080", **o),
             lambda **o: phone(link.outside, "1001", OUTSIDE6, f"sip:1002@{GATEWAY4}",
                               registrar=f"[{GATEWAY6}]:5060", **o), tmp_path, speech)
        time.sleep(0.5)
        status = switch.status()
    assert status["frames_in"] > 500 and status["frames_out"] > 500 and status["slow_out"] > 500, status


@pytest.mark.needs("baresip")
@pytest.mark.interop
def test_a_call_of_two_outside_baresips(link, tmp_path, speech):
    with owned(link, auth_algorithms=["MD5"]) as switch:
        heard = {side: tmp_path / f"{side}.wav" for side in "ab"}
        common = {"registrar": switch.address, "domain": switch.ip, "codec": "PCMU", "wait": 45,
                  "inside": link.outside.prefix}
        b = softphone("baresip", bind=f"{OUTSIDE4}:15170", user="1002", password="p2", rtp_ports="16200-16398",
                      answer=True, play=speech, record=heard["b"], **common)
        a = softphone("baresip", bind=f"{OUTSIDE4}:15160", user="1001", password="p1", rtp_ports="16000-16198",
                      call=f"sip:1002@{GATEWAY4}", play=speech, record=heard["a"], seconds=11, **common)
        a, b = a.result(), b.result()
        time.sleep(0.5)
        status = switch.status()
    assert a["outcome"] == b["outcome"] == "completed", (a, b)
    assert status["frames_in"] > 1000 and status["frames_out"] > 1000, status
    for side in heard.values():
        assert compare(speech, side)["pesq"] >= 3.8, compare(speech, side)


@pytest.mark.needs("sipp")
@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_sipp_over_udp_and_tcp(link, tmp_path, transport):
    with owned(link, **TRUNKS) as switch:
        callee = sipp.Callee(SECOND4, directory=tmp_path, inside=link.outside.prefix)
        with callee:
            result = sipp.call(f"{GATEWAY4}:5060", OUTSIDE4, "b1000", 200, 100, tmp_path, inside=link.outside.prefix,
                               extra=["-t", transport])
        rows = switch.closed_records(400, timeout=20)
    assert result["successful"] == 200 and result["failed"] == 0, result
    assert len(rows) == 400 and all(row["disposition"] == "answered" for row in rows)


def test_what_ip_changes_on_the_proxy_reaches_card_and_calls(link):
    """MTU, MAC address, down and up, addresses and routes, during a call; a MAC change announces itself."""
    with owned(link) as switch:
        answering = phone(link.outside, "1002", SECOND4, answer=True)
        calling = phone(link.outside, "1001", OUTSIDE4, f"sip:1002@{GATEWAY4}", seconds=8)
        assert eventually(lambda: switch.status()["frames_in"] > 50)
        link.gateway.ip("link", "set", CARD, "mtu", 1400)
        assert eventually(lambda: link.card.link(CARD)["mtu"] == 1400, 1)
        link.gateway.ip("addr", "add", "10.99.0.77/24", "dev", CARD)
        assert "3 received" in pings(link.outside, "10.99.0.77")
        link.gateway.ip("addr", "del", "10.99.0.77/24", "dev", CARD)
        link.gateway.ip("route", "add", "198.51.100.0/24", "via", OUTSIDE4)
        link.outside.ip("addr", "add", "198.51.100.1/32", "dev", "lo")
        assert "3 received" in pings(link.gateway, "198.51.100.1")
        link.gateway.ip("link", "set", CARD, "address", "02:00:00:00:00:77")
        assert eventually(lambda: link.card.link(CARD)["address"] == "02:00:00:00:00:77", 1)
        assert eventually(lambda: "02:00:00:00:00:77" in link.outside.ip("neigh", "show", GATEWAY4), 2)
        caller, callee = calling.result(), answering.result()
        assert caller["outcome"] == callee["outcome"] == "completed"
        # A gap of 200 ms at most, which the MAC change may take.
        assert caller["lost"] <= 10 and callee["lost"] <= 10, (caller, callee)
        link.gateway.ip("link", "set", CARD, "down")
        assert eventually(lambda: "UP" not in link.card.link(CARD)["flags"], 1)
        link.gateway.ip("link", "set", CARD, "up")
        assert eventually(lambda: "UP" in link.card.link(CARD)["flags"], 1)
        link.outside.ip("link", "set", NEAR, "down")
        assert eventually(lambda: "LOWER_UP" not in link.gateway.link(CARD)["flags"], 1)
        link.outside.ip("link", "set", NEAR, "up")
        assert eventually(lambda: "LOWER_UP" in link.gateway.link(CARD)["flags"], 1)
        link.gateway.run("ifconfig", CARD, "mtu", 1500)
        assert eventually(lambda: link.card.link(CARD)["mtu"] == 1500, 1)
        assert "3 received" in pings(link.outside, GATEWAY4)


HELD = """
import socket, sys, time
near = socket.create_connection((sys.argv[1], 9002), timeout=10)
for line in sys.stdin:
    near.sendall(line.encode()); print(near.recv(100).decode(), end="", flush=True)
"""
HOLDER = """
import socket
with socket.create_server(("0.0.0.0", 9002)) as server:
    print("ready", flush=True)
    near, _ = server.accept()
    while octets := near.recv(100): near.sendall(octets)
"""


def test_after_kill_9_the_next_start_goes_on(link):
    """Addresses, routes and an open TCP session of the machine survive the switch; `restore` gives the card back."""
    before = link.gateway.addresses(CARD), link.gateway.routes()
    switch = owned(link)
    server = None
    try:
        switch.start()
        server = link.gateway.start(sys.executable, "-c", HOLDER, stdout=subprocess.PIPE, text=True)
        assert server.stdout.readline().strip() == "ready"
        client = link.outside.start(sys.executable, "-c", HELD, GATEWAY4, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    text=True)

        def says(line):
            client.stdin.write(line + "\n")
            client.stdin.flush()
            return client.stdout.readline().strip() == line

        assert says("before")
        switch.kill()
        assert link.gateway.addresses(CARD) == before[0]
        start = time.monotonic()
        switch.start()
        assert says("after") and time.monotonic() - start < 4
        assert "3 received" in pings(link.outside, GATEWAY4)
        switch.kill()
        link.gateway.run(tandem_binary(), "interface", "restore", CARD)
        assert link.gateway.addresses(CARD) == before[0] and link.gateway.routes() == before[1]
        assert "3 received" in pings(link.outside, GATEWAY4)
        client.kill()
        client.wait()
    finally:
        if server:
            server.kill()
            server.wait()
        if switch.process.poll() is None:
            switch.stop()


def test_ports_move_between_the_planes(link):
    """A reserved port is nobody else's; one that is given back can be bound, and its datagrams go there."""
    with owned(link) as switch:
        take = "import socket, sys; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], int(sys.argv[2])))"
        refused = link.gateway.run(sys.executable, "-c", take, GATEWAY4, 20020, check=False)
        assert refused.returncode != 0 and "Address already in use" in refused.stderr
        switch.cli("ports", "release", 20020, "--config", switch.config)
        assert eventually(lambda: link.gateway.run(sys.executable, "-c", take, GATEWAY4, 20020, check=False).returncode == 0)
        echo = peer(link.gateway, "echo", GATEWAY4, 20020, 0)
        assert echo.stdout.readline().strip() == "ready"
        assert peer(link.outside, "ask", GATEWAY4, 20020, 100).communicate(timeout=10)[0].strip() == "100"
        echo.terminate()
        echo.wait()
        switch.cli("ports", "claim", 20020, "--config", switch.config)
        assert eventually(
            lambda: link.gateway.run(sys.executable, "-c", take, GATEWAY4, 20020, check=False).returncode != 0)


def test_what_can_not_be_taken_over_is_said_in_one_sentence(link, tmp_path):
    for name, word in (("lo", "loopback"), ("nothere0", "no interface")):
        done = link.gateway.run(tandem_binary(), "interface", "plan", name, check=False)
        assert done.returncode == 1 and word in done.stderr and len(done.stderr.strip().splitlines()) == 1, done
    plan = link.gateway.run(tandem_binary(), "interface", "plan", CARD).stdout
    assert f"move {CARD} into tandem-{CARD}" in plan and f"{GATEWAY4}/24" in plan
    assert CARD in link.gateway.ip("link") and not os.path.exists(f"/run/tandem-{CARD}.state")
    switch = owned(link)
    nobody = ["setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    done = link.gateway.run(*nobody, tandem_binary(), "interface", "restore", CARD, check=False)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1, done

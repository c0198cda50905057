"""`tandem replay` against tshark: where each packet of each capture goes, worked out a second time from its fields."""
import ipaddress
import json
import os
import struct
import subprocess
from pathlib import Path

import pytest

from harness.switch import ROOT, tandem_binary

SEEDS = ROOT / "Tests/Fuzz/Corpus/inet-frame"
DATA = Path(os.environ.get("TANDEM_TEST_DATA", ROOT.parent / "shared/data"))
CAPTURES = sorted((DATA / "captures").glob("*.pcap")) if DATA.is_dir() else []
FIELDS = ["frame.cap_len", "eth.dst", "eth.type", "vlan.id", "arp.opcode", "ip.version", "ip.src", "ip.dst", "ip.len",
          "ip.hdr_len", "ip.flags.mf", "ip.frag_offset", "ip.proto", "ip.checksum.status", "ipv6.src", "ipv6.dst",
          "ipv6.plen", "ipv6.nxt", "udp.srcport", "udp.dstport", "udp.length", "udp.checksum", "udp.checksum.status",
          "icmp.type", "icmp.checksum.status", "icmpv6.type", "icmpv6.checksum.status"]
NOBODY = {"mac": None, "address": None, "address6": None}
NEAR = {"mac": "02:00:00:00:00:0a", "address": "192.0.2.1", "address6": "2001:db8::1"}
FAR = {"mac": "02:00:00:00:00:0b", "address": "192.0.2.2", "address6": "2001:db8::2"}
SOUND = "1"


def tshark(path: Path) -> list[dict]:
    """One dict of lists for each packet: all occurrences of each field, the outermost header's first."""
    options = ["ip.defragment:FALSE", "ipv6.defragment:FALSE", "ip.check_checksum:TRUE", "udp.check_checksum:TRUE"]
    command = ["tshark", "-r", str(path), "-n", "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=;"]
    command += [part for option in options for part in ("-o", option)]
    command += [part for field in FIELDS for part in ("-e", field)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in text.split("\n")[:-1]]
    return [{name: value.split(";") if value else [] for name, value in zip(FIELDS, row)} for row in rows]


def first(row, name, otherwise=None):
    return row[name][0] if row[name] else otherwise


def is_unfinished(row) -> bool:
    """The field holds the sum over the pseudo-header alone (RFC 768), as a card is to finish it."""
    source, destination = (ipaddress.ip_address(first(row, "ip." + end) or first(row, "ipv6." + end))
                           for end in ("src", "dst"))
    covered = source.packed + destination.packed + struct.pack("!II", int(first(row, "udp.length")), 17)
    total = sum(struct.unpack(f"!{len(covered) // 2}H", covered))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total == int(first(row, "udp.checksum"), 16)


def is_unicast(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return not address.is_multicast and text != "255.255.255.255"


def expected(row, us, ports) -> str:
    """The rules, from tshark's fields."""
    captured = int(first(row, "frame.cap_len"))
    if captured < 14:
        return "dropped"
    station = first(row, "eth.dst")
    is_group = int(station[:2], 16) & 1 == 1
    if not is_group and station != (us["mac"] or station):
        return "dropped"
    if any(int(tag) != 0 for tag in row["vlan.id"]):
        return "general"
    kind = int(first(row, "eth.type", "0"), 16)
    if kind == 0x0806:
        if captured < 42:
            return "dropped"
        return "both" if first(row, "arp.opcode") == "2" else "general"
    if kind == 0x0800:
        return ipv4(row, us, ports, captured - 14, is_group)
    if kind == 0x86DD:
        return ipv6(row, us, ports, captured - 14, is_group)
    return "general"


def ipv4(row, us, ports, captured, is_group) -> str:
    if captured < 20 or int(first(row, "ip.len")) > captured or first(row, "ip.checksum.status") != SOUND:
        return "dropped"
    is_fragment = first(row, "ip.flags.mf") in ("1", "True") or int(first(row, "ip.frag_offset")) > 0
    if is_fragment or first(row, "ip.hdr_len") != "20":
        return "general"
    destination = first(row, "ip.dst")
    is_ours = is_unicast(destination) and destination == (us["address"] or destination)
    if first(row, "ip.proto") == "1" and is_ours and first(row, "icmp.type") in ("3", "11", "12"):
        return error(row, ports, first(row, "icmp.checksum.status"), row["ip.src"][1:], us["address"] or destination)
    return datagram(row, ports, is_ours and not is_group, first(row, "ip.proto"))


def ipv6(row, us, ports, captured, is_group) -> str:
    if captured < 40 or int(first(row, "ipv6.plen")) + 40 > captured:
        return "dropped"
    kind = int(first(row, "icmpv6.type", "255"))
    if first(row, "ipv6.nxt") == "58" and kind == 136:
        return "both"
    destination = first(row, "ipv6.dst")
    is_ours = is_unicast(destination) and destination == (us["address6"] or destination)
    if first(row, "ipv6.nxt") == "58" and is_ours and kind < 128:
        status, own = first(row, "icmpv6.checksum.status"), us["address6"] or destination
        return error(row, ports, status, row["ipv6.src"][1:], own)
    return datagram(row, ports, is_ours and not is_group, first(row, "ipv6.nxt"))


def error(row, ports, status, quoted, own) -> str:
    """An ICMP error: the second IP header is the quoted one, and so is the only UDP header."""
    port = first(row, "udp.srcport")
    is_about_us = port is not None and int(port) in ports and quoted[:1] == [own]
    return "both" if status == SOUND and is_about_us else "general"


def datagram(row, ports, is_ours, protocol) -> str:
    if protocol != "17" or not is_ours or int(first(row, "udp.dstport")) not in ports:
        return "general"
    status = first(row, "udp.checksum.status")
    has_none = int(first(row, "udp.checksum"), 16) == 0 and row["ip.version"]
    return "real_time" if has_none or status == SOUND or is_unfinished(row) else "dropped"


def replay(path, us=NOBODY, ports=range(20000, 20128), *more) -> list[dict]:
    command = [str(tandem_binary()), "replay", str(path), "--json", "--ports", f"{ports.start}-{ports.stop - 1}", *more]
    command += [part for name, value in us.items() if value for part in (f"--{name}", value)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def write_capture(path: Path, frames, originals=None):
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for index, frame in enumerate(frames):
            original = originals[index] if originals else len(frame)
            file.write(struct.pack("<IIII", index, 0, len(frame), original) + frame)


def compare(path, us, ports):
    ours, theirs = replay(path, us, ports), tshark(path)
    assert len(ours) == len(theirs) > 0
    differences = [(line["number"], line["destination"], line["reason"], wanted)
                   for line, row in zip(ours, theirs)
                   if line["destination"] != (wanted := expected(row, us, ports))]
    assert not differences, differences[:5]
    return ours


@pytest.mark.needs("tshark")
@pytest.mark.skipif(not CAPTURES, reason="no captures beside this checkout (TANDEM_TEST_DATA names their folder)")
@pytest.mark.parametrize("us", [NOBODY, NEAR, NOBODY | {"address": "10.0.2.20"}, NOBODY | {"address": "10.0.2.15"}],
                         ids=["anybody", "nobody", "callee", "caller"])
@pytest.mark.parametrize("ports", [range(20000, 20128), range(6000, 6002), range(1, 65536)],
                         ids=["default", "call", "all"])
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_every_packet_of_the_captures(path, ports, us):
    compare(path, us, ports)


@pytest.mark.needs("tshark")
@pytest.mark.parametrize("us", [NOBODY, NEAR, FAR], ids=["anybody", "near", "far"])
@pytest.mark.parametrize("ports", [range(5000, 6000), range(1, 65536), range(1, 2)], ids=["some", "all", "one"])
def test_every_kind_of_frame(tmp_path, us, ports):
    frames = [file.read_bytes() for file in sorted(SEEDS.iterdir())]
    write_capture(tmp_path / "kinds.pcap", frames)
    compare(tmp_path / "kinds.pcap", us, ports)


@pytest.mark.needs("tshark")
def test_frames_with_one_octet_changed(tmp_path):
    """In the addresses, ports, lengths and payloads of datagrams, where tshark's fields say all there is to say."""
    frames = []
    for name, places in [("udp", [0, 5, *range(26, 38), 40, 42]), ("udp6", [0, 5, *range(22, 58), 60, 62])]:
        frame = (SEEDS / name).read_bytes()
        frames += [frame[:place] + bytes([frame[place] ^ 1]) + frame[place + 1:] for place in places]
    write_capture(tmp_path / "changed.pcap", frames)
    for us in (NOBODY, FAR):
        lines = compare(tmp_path / "changed.pcap", us, range(1, 65536))
        assert {"real_time", "dropped"} & {line["destination"] for line in lines}


@pytest.mark.skipif(not CAPTURES, reason="no captures beside this checkout (TANDEM_TEST_DATA names their folder)")
def test_a_call_is_sorted_by_class():
    path = next(path for path in CAPTURES if path.stem == "sip-rtp-g711")
    lines = replay(path, NOBODY, range(6000, 6002))
    assert sum(line["class"] == "rtp" and line["destination"] == "real_time" for line in lines) == 839
    assert all(line["target"] == "10.0.2.20:6000" for line in lines if line["class"] == "rtp")
    strict = replay(path, NOBODY, range(6000, 6002), "--strict-checksums")
    assert sum(line["reason"] == "udp_checksum" for line in strict) == 839


def test_what_is_no_capture_is_told_in_one_sentence(tmp_path):
    (tmp_path / "text").write_text("no capture")
    frame = (SEEDS / "udp").read_bytes()
    write_capture(tmp_path / "cut.pcap", [frame, frame])
    whole = (tmp_path / "cut.pcap").read_bytes()
    (tmp_path / "cut.pcap").write_bytes(whole[:-1])
    for name in ["missing.pcap", "text", "cut.pcap"]:
        done = subprocess.run([str(tandem_binary()), "replay", "--json", str(tmp_path / name)],
                              capture_output=True, text=True)
        assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1, name
        assert len(done.stdout.splitlines()) == (1 if name == "cut.pcap" else 0)
    for option in [["--ports", "9-1"], ["--ports", "x"], ["--mac", "ff:ff:ff:ff:ff:ff"], ["--address", "::1"],
                   ["--address6", "10.0.0.1"], ["--vlan", "4095"]]:
        done = subprocess.run([str(tandem_binary()), "replay", str(tmp_path / "cut.pcap"), *option],
                              capture_output=True, text=True)
        assert done.returncode == 1 and option[0] in done.stderr, option


def test_the_table_adds_up(tmp_path):
    frames = [file.read_bytes() for file in sorted(SEEDS.iterdir())]
    write_capture(tmp_path / "kinds.pcap", frames)
    done = subprocess.run([str(tandem_binary()), "replay", str(tmp_path / "kinds.pcap"), "--ports", "5000-5999"],
                          capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    assert rows[-1] == ["all", str(len(frames)), str(sum(map(len, frames)))]
    assert sum(int(row[-2]) for row in rows[:-1]) == len(frames)

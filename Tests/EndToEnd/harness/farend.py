"""Both far ends of many calls in one process: SIP over UDP, and one media socket a side for all calls.

Caller and callee each send 20 ms PCMU packets of a synchronisation source of their own per call, whose payload says
which call and side it is from; what arrives is booked by the switch's port that it came from.
"""
import asyncio
import re
import socket
import struct

PAYLOAD = struct.Struct("!4sIc")


def description(ip, port, version=1):
    return (f"v=0\r\no=far 1 {version} IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\n")


def field(message, name):
    found = re.search(rf"^{name}\s*:\s*(.*?)\r$", message, re.M | re.I)
    return found[1] if found else ""


def media_of(message):
    ip = re.findall(r"^c=IN IP4 (\S+)\r$", message, re.M)[-1]
    return ip, int(re.search(r"^m=audio (\d+)", message, re.M)[1])


class Media(asyncio.DatagramProtocol):
    """One side's only media socket."""

    def __init__(self, farend, side):
        self.farend, self.side = farend, side

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, octets, source):
        if len(octets) >= 12 + PAYLOAD.size and octets[1] & 0x7F == 0:
            magic, number, origin = PAYLOAD.unpack_from(octets, 12)
            self.farend.heard(self.side, number, origin.decode(), source, magic == b"call")


class Signalling(asyncio.DatagramProtocol):
    def __init__(self, handler):
        self.handler = handler

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, octets, source):
        self.handler(octets.decode(), source)


class FarEnd:
    """`calls` calls from `caller_ip` through `switch` to `callee_ip`, all up at once, each with audio both ways."""

    def __init__(self, switch, caller_ip, callee_ip, calls, rate=20, seconds=4, port=5060):
        self.switch, self.caller_ip, self.callee_ip = switch, caller_ip, callee_ip
        self.total, self.rate, self.seconds, self.port = calls, rate, seconds, port
        self.calls = {}
        self.foreign = 0

    def run(self):
        asyncio.run(self.play())
        return self

    async def play(self):
        loop = asyncio.get_running_loop()
        self.media = {}
        for side, ip in (("a", self.caller_ip), ("b", self.callee_ip)):
            _, self.media[side] = await loop.create_datagram_endpoint(
                lambda side=side: Media(self, side), local_addr=(ip, 21000))
        _, self.caller = await loop.create_datagram_endpoint(
            lambda: Signalling(self.caller_hears), local_addr=(self.caller_ip, self.port))
        _, self.callee = await loop.create_datagram_endpoint(
            lambda: Signalling(self.callee_hears), local_addr=(self.callee_ip, self.port))
        for number in range(self.total):
            self.calls[number] = {"state": "new", "heard": {"a": 0, "b": 0}, "target": {}}
            self.invite(number)
            await asyncio.sleep(1 / self.rate)
        await asyncio.sleep(self.seconds)
        for number, call in self.calls.items():
            if call["state"] == "up":
                self.bye(number)
            await asyncio.sleep(1 / (4 * self.rate))
        await asyncio.sleep(1)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    # caller

    def request(self, number, method, sequence, uri=None, to="", body="", extra=""):
        ip = self.caller_ip
        self.caller.transport.sendto((
            f"{method} {uri or f'sip:b{number}@{self.switch[0]}'} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {ip}:{self.port};branch=z9hG4bK{method}{number}\r\n"
            f"From: <sip:a{number}@{ip}>;tag=a{number}\r\nTo: {to or f'<sip:b{number}@{self.switch[0]}>'}\r\n"
            f"Call-ID: call{number}@{ip}\r\nCSeq: {sequence} {method}\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:a{number}@{ip}:{self.port}>\r\n{extra}"
            + ("Content-Type: application/sdp\r\n" if body else "") +
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode(), self.switch)

    def invite(self, number):
        self.request(number, "INVITE", 1, body=description(self.caller_ip, 21000))

    def bye(self, number):
        call = self.calls[number]
        self.request(number, "BYE", 2, uri=call["contact"], to=call["to"])

    def caller_hears(self, message, source):
        number = int(re.match(r"call(\d+)@", field(message, "Call-ID"))[1])
        call = self.calls[number]
        if message.startswith("SIP/2.0 200") and "INVITE" in field(message, "CSeq"):
            call["to"] = field(message, "To")
            call["contact"] = re.search(r"<([^>]+)>", field(message, "Contact"))[1]
            self.request(number, "ACK", 1, uri=call["contact"], to=call["to"])
            if call["state"] != "up":
                call["state"] = "up"
                self.talk("a", number, media_of(message))
        elif message.startswith("SIP/2.0 200"):
            call["state"] = "over"
        elif re.match(r"SIP/2\.0 [3-6]", message):
            call["state"] = message.split("\r\n")[0]
            self.request(number, "ACK", 1, to=field(message, "To"))

    # callee

    def callee_hears(self, message, source):
        method = message.split(" ")[0]
        if method in ("ACK", "SIP/2.0"):
            return
        number = int(re.match(r"INVITE sip:b(\d+)@", message)[1]) if method == "INVITE" else None
        copied = "".join(line + "\r\n" for line in message.split("\r\n")
                         if re.match(r"(Via|From|Call-ID|CSeq|Record-Route)\s*:", line, re.I))
        to, body = field(message, "To"), ""
        if method == "INVITE":
            body = description(self.callee_ip, 21000)
            to += "" if "tag=" in to else f";tag=b{number}"
        self.callee.transport.sendto((
            f"SIP/2.0 200 OK\r\n{copied}To: {to}\r\nContact: <sip:b@{self.callee_ip}:{self.port}>\r\n"
            + ("Content-Type: application/sdp\r\n" if body else "") +
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode(), source)
        if method == "INVITE" and "b" not in self.calls[number]["target"]:
            self.talk("b", number, media_of(message))

    # media

    def talk(self, side, number, target):
        self.calls[number]["target"][side] = target
        asyncio.get_running_loop().create_task(self.send(side, number, target))

    async def send(self, side, number, target):
        source = (0x0A000000 if side == "a" else 0x0B000000) + number
        payload = PAYLOAD.pack(b"call", number, side.encode()).ljust(160, b"\xff")
        for sequence in range(1 << 16):
            if self.calls[number]["state"] not in ("new", "up"):
                return
            header = struct.pack("!BBHII", 0x80, 0x80 if sequence == 0 else 0, sequence, 160 * sequence, source)
            self.media[side].transport.sendto(header + payload, target)
            await asyncio.sleep(0.02)

    def heard(self, side, number, origin, source, genuine):
        call = self.calls.get(number)
        # Early audio may come before the answer that tells where it comes from.
        expected = call["target"].get(side, source) if call else None
        if not genuine or origin == side or expected != source:
            self.foreign += 1
        else:
            call["heard"][side] += 1

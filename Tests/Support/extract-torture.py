#!/usr/bin/env python3
"""Decodes the archive in an appendix of an RFC and writes its files, octet for octet.

RFC 4475 (appendix A) and RFC 5118 (appendix A) carry their messages as a gzipped tar file in base64, between
"-- BEGIN MESSAGE ARCHIVE --" and "-- END MESSAGE ARCHIVE --".

With --datagrams the files become what can be sent (the messages of RFC 5118 were archived as text files): lines end in
CRLF, an empty line closes the header section, Content-Length is the length of the body; names end in ".dat".

usage: extract-torture.py [--datagrams] RFC_TEXT TARGET_FOLDER [SHA256SUMS]
"""
import base64
import hashlib
import io
import pathlib
import re
import sys
import tarfile

BASE64_LINE = re.compile(r"^[A-Za-z0-9+/]+={0,2}$")


def archive(text: str) -> bytes:
    # The markers also stand in the script that the appendix prints: the last pair is the archive itself.
    begin = text.rindex("-- BEGIN MESSAGE ARCHIVE --")
    end = text.rindex("-- END MESSAGE ARCHIVE --")
    # Page headers and footers hold spaces; lines of the archive do not.
    lines = [line.strip() for line in text[begin:end].splitlines()[1:]]
    return base64.b64decode("".join(line for line in lines if BASE64_LINE.match(line)), validate=True)


def datagram(content: bytes) -> bytes:
    text = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head, _, body = text.partition(b"\r\n\r\n")
    head = re.sub(rb"(?im)^(Content-Length|l)(\s*:\s*)\d+", rb"\g<1>\g<2>%d" % len(body), head.rstrip(b"\r\n"))
    return head + b"\r\n\r\n" + body


def main(source: str, target: str, sums: str | None = None, datagrams: bool = False) -> int:
    folder = pathlib.Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    text = pathlib.Path(source).read_text(encoding="utf-8", errors="replace").replace("\f", "\n")
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive(text)), mode="r:gz") as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member) if member.isfile() else None
            if file is None:
                continue
            name, content = pathlib.PurePosixPath(member.name).name, file.read()
            if datagrams:
                name, content = name + ".dat", datagram(content)
            found[name] = content
    for name, content in sorted(found.items()):
        (folder / name).write_bytes(content)
    print(f"{len(found)} files in {folder}")
    return 0 if sums is None else verify(found, pathlib.Path(sums))


def verify(found: dict[str, bytes], sums: pathlib.Path) -> int:
    wrong = 0
    for line in sums.read_text().splitlines():
        digest, _, name = line.partition("  ")
        name = pathlib.PurePosixPath(name).name
        if name in found and hashlib.sha256(found[name]).hexdigest() != digest:
            print(f"{name} differs", file=sys.stderr)
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--datagrams"]
    if len(arguments) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*arguments, datagrams="--datagrams" in sys.argv))

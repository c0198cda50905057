#!/usr/bin/env python3
"""Writes Docs/RFC-Coverage.md: RFC sections that comments in Sources name, and the tests that name them.

  docs.py            writes the document
  docs.py --check    writes nothing; fails when the document is not what it would write

The same tree gives the same document. Needs the standard library only.
"""
import collections
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "Docs/RFC-Coverage.md"

TITLES = {
    1071: "Internet checksum", 2046: "MIME multipart", 2069: "HTTP digest, first version", 2104: "HMAC",
    2543: "SIP, first version", 2617: "HTTP digest", 2782: "DNS SRV", 3246: "Expedited forwarding", 3261: "SIP",
    3262: "Reliable provisional responses", 3263: "Locating SIP servers", 3264: "Offer and answer", 3311: "UPDATE",
    3323: "Privacy", 3325: "Asserted identity", 3326: "Reason", 3327: "Path", 3389: "Comfort noise",
    3398: "ISUP to SIP", 3550: "RTP", 3551: "RTP audio profile", 3556: "RTCP bandwidth in SDP", 3581: "rport",
    3605: "RTCP attribute in SDP", 3611: "RTCP XR", 3711: "SRTP", 3966: "tel URI", 4180: "CSV",
    4291: "IPv6 addresses", 4320: "Non-INVITE transactions", 4475: "SIP torture tests", 4585: "RTCP feedback",
    4733: "Telephone events", 5057: "Several usages of a dialog", 5118: "SIP torture tests for IPv6",
    5124: "SRTP with feedback", 5506: "Reduced-size RTCP", 5576: "Source attributes in SDP", 5621: "Message bodies",
    5626: "Outbound", 5761: "RTP and RTCP on one port", 5764: "DTLS-SRTP", 5952: "IPv6 text", 6026: "2xx to INVITE",
    6157: "IPv6 transition in SIP", 6337: "Offer and answer usage", 6432: "Q.850 in Reason",
    6665: "Event notification", 6724: "Choice of addresses", 6943: "Comparing identifiers",
    7022: "RTCP canonical names", 7118: "SIP over WebSocket", 7235: "HTTP authentication",
    7616: "HTTP digest, later version", 7983: "Demultiplexing by the first octet", 8259: "JSON",
    8760: "SIP digest algorithms", 8866: "SDP", 9562: "UUIDs",
}

NUMBER = r"(?:[A-Z]\.\d+(?:\.\d+)*|\d+(?:\.\d+)*)"
DOTTED = r"(?:[A-Z]\.\d+(?:\.\d+)*|\d+(?:\.\d+)+)"
SIGN = r"(?:§+ ?|[Ss]ections? )"
# A reference: an RFC, a section under a sign, or a bare dotted number that goes on a list.
TOKEN = re.compile(
    rf"RFC ?(?P<rfc>\d{{3,5}})(?!\d)|(?P<sign>{SIGN})(?P<section>{NUMBER})|(?P<bare>(?<![\w.:/-]){DOTTED}(?![\w:/]))"
    rf"|(?P<plain>(?<![\w.:/§-])\d{{1,2}}(?![\w.:/]))")
JOINT = re.compile(r"\s*(?:,|and|to|-|–|…)?\s*(?:and\s+)?\Z")
RANGE = re.compile(r"\s*(?:to|-|–|…)\s*\Z")
SENTENCE = re.compile(r"(?<=[.;:]) (?=[A-Z§])")
# Stands for the section of an RFC that a suite names without one.
WHOLE = "whole"
# Recommendations of others have sections too.
OTHER = re.compile(r"[A-Z]\.\d+ \Z")
# What a section without an RFC belongs to in these targets; elsewhere it is the file's first RFC.
HOMES = dict.fromkeys(
    ["SIPMessage", "SIPTransaction", "SIPDialog", "SIPTransport", "Registrar", "CallControl", "Softphone"], 3261)


def expand(first, last):
    """The sections of a range whose ends differ in their last number only; else both ends."""
    head, tail = first.rsplit(".", 1) if "." in first else ("", first)
    end_head, end = last.rsplit(".", 1) if "." in last else ("", last)
    if head != end_head or not tail.isdigit() or not end.isdigit() or not 0 < int(end) - int(tail) < 40:
        return [first, last]
    return [f"{head}.{number}" if head else str(number) for number in range(int(tail), int(end) + 1)]


def references(text, home=None):
    """(RFC, section) pairs of a text in order; (RFC, None) for an RFC without a section.

    A section belongs to the RFC that its list begins with, and without one to `home`.
    """
    return [pair for sentence in SENTENCE.split(text) for pair in in_sentence(sentence, home)]


def in_sentence(text, home):
    """Bare numbers count only right behind an RFC or another section: `RFC 3550 A.1, A.8`, `RFC 3261 17.1`."""
    found, rfc, previous, end, named = [], home, None, -1, False
    for match in TOKEN.finditer(text):
        between = text[end:match.start()] if end >= 0 else None
        joined = between is not None and JOINT.match(between) is not None
        if match["rfc"]:
            rfc = int(match["rfc"])
            found.append((rfc, None))
            previous, end, named = None, match.end(), True
            continue
        section = match["section"] or match["bare"] or match["plain"]
        if not joined:
            rfc = home or rfc
        if rfc is None or OTHER.search(text[:match.start()]):
            continue
        if match["bare"] and not joined:
            continue
        if match["plain"] and not (joined and previous and RANGE.match(between) and "." not in previous):
            continue
        if named and joined and found and found[-1] == (rfc, None):
            found.pop()
        if previous and joined and RANGE.match(between):
            found.pop()
            found += [(rfc, one) for one in expand(previous, section)]
        else:
            found.append((rfc, section))
        previous, end, named = section, match.end(), False
    return found


def comments(text):
    """Comments of a Swift or C file, each run of comment lines as one text."""
    runs, run = [], []
    inside = False
    for line in text.split("\n"):
        stripped = line.strip()
        if inside or stripped.startswith("/*"):
            run.append(stripped.strip("/* "))
            inside = "*/" not in stripped
            continue
        if stripped.startswith("//"):
            run.append(stripped.lstrip("/ "))
            continue
        if run:
            runs.append(" ".join(run))
            run = []
        trailing = re.search(r"(?:^|\s)//+\s?(.*)$", line)
        if trailing:
            runs.append(trailing[1])
    if run:
        runs.append(" ".join(run))
    return runs


def in_sources(path, text):
    runs = comments(text)
    first = re.search(r"RFC ?(\d{3,5})", " ".join(runs))
    home = HOMES.get(path.relative_to(ROOT).parts[2], int(first[1]) if first else None)
    return [pair for run in runs for pair in references(run, home)]


def in_tests(path, text):
    """References of a test file: its name, its comments, the titles of its suites and tests.

    A title that begins with a section (`20.10: ...`, `§4.2: ...`) belongs to the RFC of its suite.
    """
    found = []
    named = re.match(r"RFC(\d+)((?:_(?:[A-Z]?\d+))+)_", path.name)
    rfc = None
    if named:
        rfc = int(named[1])
        parts = re.sub(r"([A-Z])(\d)", r"\1.\2", named[2][1:].replace("_", "."))
        found.append((rfc, parts))
    suite = rfc
    for match in re.finditer(r'@(Suite|Test)\(\s*"((?:[^"\\]|\\.)*)"', text):
        title = match[2]
        if match[1] == "Suite":
            more = [(number, section or WHOLE) for number, section in references(title)]
            suite = next((number for number, _ in more), suite)
        else:
            lead = re.match(rf"(?:{NUMBER}(?:, )?)+(?=:)", title)
            more = [(suite, one) for one in re.findall(NUMBER, lead[0])] if lead and suite else []
            more += references(title, suite)
        found += more
    for run in comments(text) if path.suffix == ".swift" else [text]:
        found += references(run, rfc)
    return found


def files(folder, suffixes):
    return sorted(
        path for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts and path != Path(__file__).resolve())


def collect():
    code = collections.defaultdict(lambda: collections.defaultdict(set))
    tests = collections.defaultdict(lambda: collections.defaultdict(set))
    for path in files("Sources", {".swift", ".h", ".c"}):
        for rfc, section in in_sources(path, path.read_text()):
            code[rfc][section].add(path)
    for path in files("Tests", {".swift", ".py"}):
        for rfc, section in in_tests(path, path.read_text()):
            tests[rfc][section].add(path)
    return code, tests


def order(section):
    parts = section.split(".")
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def is_below(section, upper):
    return section == upper or section.startswith(upper + ".")


def checks(section, tests):
    """Tests that name a section or a part of it; else those that name what is around it, and what that is."""
    inside = set().union(*(paths for other, paths in tests.items() if other and is_below(other, section)))
    if inside:
        return inside, None
    upper = section
    while "." in upper:
        upper = upper.rsplit(".", 1)[0]
        if tests.get(upper):
            return tests[upper], f"§ {upper}"
    return (tests[WHOLE], "the RFC") if tests.get(WHOLE) else (set(), None)


def links(paths):
    by_name = collections.defaultdict(list)
    for path in sorted(paths):
        by_name[path.stem].append(path)
    shown = []
    for name, same in sorted(by_name.items()):
        for path in same:
            label = name if len(same) == 1 else f"{path.parent.name}/{name}"
            shown.append(f"[{label}](../{path.relative_to(ROOT).as_posix()})")
    return ", ".join(shown)


def document(code, tests):
    lines = [
        "# RFC coverage", "",
        "Written by `make docs` from the comments in Sources and the tests in Tests. A section counts as tested when a",
        "test's file name, suite, title or comment names it or a part of it; \"by § n\" when only a section around it is",
        "named, \"by the RFC\" when a suite names only that; **no test** when none does. What is left out on purpose stands",
        "in [NotDone](NotDone.md).", "",
        "| RFC | subject | sections named in the code | tested | by what is around | no test |",
        "|---|---|---|---|---|---|"]
    bodies = []
    for rfc in sorted(code):
        sections = sorted((section for section in code[rfc] if section), key=order)
        if not sections:
            continue
        rows, counted = [], collections.Counter()
        for section in sections:
            found, around = checks(section, tests.get(rfc, {}))
            state = "around" if around else "tested" if found else "none"
            counted[state] += 1
            shown = links(found) if found else "**no test**"
            rows.append(f"| {section} | {links(code[rfc][section])} | {f'by {around}: ' if around else ''}{shown} |")
        title = TITLES.get(rfc, "")
        lines.append(
            f"| [{rfc}](#rfc-{rfc}) | {title} | {len(sections)} | {counted['tested']} | {counted['around']} "
            f"| {counted['none']} |")
        bodies += ["", f"## RFC {rfc}", "", "| section | code | tests |", "|---|---|---|", *rows]
    whole = [rfc for rfc in sorted(code) if not any(code[rfc])]
    if whole:
        bodies += ["", "## Named without a section", "", "| RFC | subject | code | tests |", "|---|---|---|---|"]
        for rfc in whole:
            found = set().union(*tests[rfc].values()) if rfc in tests else set()
            bodies.append(
                f"| {rfc} | {TITLES.get(rfc, '')} | {links(code[rfc][None])} | {links(found) or '**no test**'} |")
    return "\n".join(lines + bodies) + "\n"


def main():
    text = document(*collect())
    if sys.argv[1:] == ["--check"]:
        if not TARGET.exists() or TARGET.read_text() != text:
            sys.exit("Docs/RFC-Coverage.md is not up to date: run `make docs`")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        TARGET.write_text(text)
        print(f"{TARGET.relative_to(ROOT)}: {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""seeds.py: makes the seeds of the fuzz targets anew, from the real thing.

    unshare -Urnm harness/test/data/corpus/seeds.py netlink|answer     (needs ip, dnsmasq)
    harness/test/data/corpus/seeds.py packet|packet_buffer|trace|results RUN    (a folder left by `check --capture all`)
    harness/test/data/corpus/seeds.py scenario|words

They are written to harness/test/data/corpus/TARGET/seed-*; what a fuzzer found lies beside them.
"""
import glob
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../.."))


def keep(target, name, data):
    folder = f"{ROOT}/harness/test/data/corpus/{target}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/seed-{name}", "wb") as f:
        f.write(data)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def netlink():
    groups = 1 | 4 | 0x10 | 0x100  # links, neighbours, IPv4 and IPv6 addresses
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    s.bind((0, groups))
    s.setblocking(False)
    story = []  # one datagram of all that was told

    def drain(name):
        parts = []
        while True:
            try:
                parts.append(s.recv(65536))
            except BlockingIOError:
                break
        links = name in ("veth-add", "delete")  # a link takes more than a KiB to tell
        story.extend(part for part in parts if links or struct.unpack_from("=H", part, 4)[0] > 17)
        for i, part in enumerate(parts[:2]):
            keep("netlink", f"{name}-{i}", b"\x05" + part)  # the bridge's ifindex

    def dump(name, kind, header):
        s.send(struct.pack("=IHHII", 16 + len(header), kind, 0x301, 1, 0) + header)
        time.sleep(0.2)
        drain(name)

    ip("link", "set", "lo", "up")
    drain("lo")
    ip("link", "add", "br0", "index", "5", "type", "bridge", "forward_delay", "0")
    drain("bridge-add")
    ip("link", "set", "br0", "up")
    ip("address", "add", "192.0.2.1/24", "dev", "br0")
    ip("-6", "address", "add", "2001:db8::1/64", "dev", "br0", "nodad")
    drain("bridge-address")
    ip("link", "add", "p1", "address", "02:00:00:00:00:01", "type", "veth", "peer", "name", "q1")
    drain("veth-add")
    ip("link", "set", "p1", "master", "br0", "up")
    ip("link", "set", "q1", "up")
    time.sleep(0.3)
    drain("join")
    ip("neigh", "add", "192.0.2.11", "lladdr", "02:00:00:00:0c:11", "dev", "br0")
    ip("neigh", "add", "2001:db8::11", "lladdr", "02:00:00:00:0c:11", "dev", "br0")
    drain("neighbour")
    subprocess.run(["bridge", "fdb", "add", "02:00:00:00:00:99", "dev", "p1", "master"], check=True)
    drain("fdb")
    subprocess.run(["bridge", "link", "set", "dev", "p1", "state", "4"], check=True)
    drain("port-state")
    ip("link", "set", "br0", "address", "02:00:00:00:00:aa")
    ip("link", "set", "p1", "mtu", "1400")
    drain("set")
    dump("dump-links", 18, struct.pack("=BBHiII", 0, 0, 0, 0, 0, 0))
    dump("dump-fdb", 30, struct.pack("=BBHiHBB", 7, 0, 0, 0, 0, 0, 0))
    dump("dump-neighbours", 30, struct.pack("=BBHiHBB", 0, 0, 0, 0, 0, 0, 0))
    dump("dump-addresses", 22, struct.pack("=BBBBI", 0, 0, 0, 0, 0))
    ip("neigh", "flush", "dev", "br0", "nud", "permanent")
    drain("neighbour-gone")
    ip("link", "set", "p1", "nomaster")
    drain("leave")
    ip("link", "delete", "p1")
    drain("delete")
    keep("netlink", "story", b"\x05" + b"".join(story)[:12000])


def name(words):
    return b"".join(bytes([len(w)]) + w.encode() for w in words.split(".")) + b"\0"


def query(seq, stream, kind=1, edns=0, zone="lookup.example"):
    ident = (seq * 40503 + stream * 9973 + 1) & 0xFFFF
    q = struct.pack(">HHHHHH", ident, 0x100, 1, 0, 0, 1 if edns else 0)
    q += name(f"q{seq}.s{stream}.{zone}") + struct.pack(">HH", kind, 1)
    return q + (struct.pack(">BHHIH", 0, 41, edns, 0, 0) if edns else b"")


def answer():
    ip("link", "set", "lo", "up")
    ip("address", "add", "192.0.2.129/32", "dev", "lo")

    def with_server(asks, *more):
        server = subprocess.Popen(
            ["dnsmasq", "-k", "--user=root", "--group=", f"--conf-file={ROOT}/fixtures/dnsmasq.conf", *more])
        time.sleep(1)
        try:
            for label, q in asks:
                u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                u.settimeout(2)
                u.sendto(q, ("127.0.0.1", 53))
                keep("answer", f"{label}-udp", b"\0" + u.recv(8192))
                t = socket.create_connection(("127.0.0.1", 53), 2)
                t.sendall(struct.pack(">H", len(q)) + q)
                head = t.recv(2, socket.MSG_WAITALL)
                body = t.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL)
                keep("answer", f"{label}-tcp", b"\0" + head + body)
        finally:
            server.kill()
            server.wait()

    with_server([
        ("right", query(17, 0)),
        ("stream", query(4000000000, 12)),
        ("edns", query(3, 1, edns=4096)),
        ("ipv6-empty", query(4, 1, kind=28)),
        ("refused", query(5, 1, zone="other.example")),
        ("txt", query(6, 1, kind=16)),
    ])
    large = [f"--address=/lookup.example/198.18.0.{i + 1}" for i in range(60)]
    with_server([("large", query(7, 0, edns=4096)), ("cut-off", query(8, 0))], "--edns-packet-max=4096", *large)
    keep("answer", "query", b"\0" + query(9, 0))
    keep("answer", "query-edns", b"\1" + query(10, 0, edns=1232))


def frames(run):
    """Of each kind of frame in a run's captures, the first: by hop, length and what its headers say."""
    seen = {}
    for path in sorted(glob.glob(f"{run}/cases/*/capture-*.pcap")):
        data = open(path, "rb").read()
        at = 24
        while at + 16 <= len(data):
            length = struct.unpack_from("<I", data, at + 8)[0]
            frame = data[at + 16:at + 16 + length]
            at += 16 + length
            kind = frame[12:14]
            what = frame[23:24] if kind == b"\x08\0" else frame[20:21]
            more = frame[20:22] if kind == b"\x08\x06" else b""
            if what == b"\x06":
                more = frame[47:48]
            if what in (b"\x01", b"\x3a"):
                more = frame[34:36] if what == b"\x01" else frame[54:55]
            seen.setdefault((kind, what, more, len(frame) // 200), frame)
    return seen


def packet(run):
    for (kind, what, more, size), frame in frames(run).items():
        keep("packet", f"{kind.hex()}-{what.hex()}-{more.hex()}-{size}", frame)


def packet_buffer(run):
    hops = b"".join(h.ljust(24, b"\0") for h in (b"br0", b"uplink", b"c1", b"c1-port")).ljust(48 * 24, b"\0")
    body = b""
    for i, frame in enumerate(list(frames(run).values())[:6]):
        body += struct.pack("<qIIII", 10**18 + i, len(frame), len(frame), i % 4, 0) + frame + b"\0" * (-len(frame) % 8)
        head = struct.pack("<QQII", len(body), len(body), 4, 0) + hops
        if i in (0, 2, 5):
            keep("packet_buffer", f"{i + 1}-packets", head + body)
    keep("packet_buffer", "cut-off", head + body[:-30])
    keep("packet_buffer", "used-too-large", struct.pack("<QQII", 2**63, 2**63, 4, 0) + hops + body[:200])


def trace(run):
    last = None
    for path in sorted(glob.glob(f"{run}/cases/*/trace.jsonl")):
        if path.split("/")[-2].split("_")[0] == last:
            continue
        last = path.split("/")[-2].split("_")[0]
        lines = open(path, "rb").read().split(b"\n")[:-1]
        label = re.sub("[^a-z0-9]+", "-", path.split("/")[-2])
        head = json.loads(lines[0])
        head["config"] = None
        kept, seen = [json.dumps(head, separators=(",", ":")).encode()], {}
        for line in lines[1:]:
            e = json.loads(line)
            key = (e["e"], e.get("kind"), e.get("op"), e.get("phase"), e.get("result"), e.get("hop"))
            seen[key] = seen.get(key, 0) + 1
            if seen[key] <= (2 if e["e"] in ("churn", "sent") else 1):
                kept.append(line)
        keep("trace", label, b"j" + b"\n".join(kept) + b"\n")


def results(run):
    whole = json.load(open(f"{run}/results.json"))
    keep("results", "run", json.dumps({**whole, "cases": [{"slug": c["slug"]} for c in whole["cases"][:3]]}).encode())
    whole["cases"] = whole["cases"][:1]
    keep("results", "case", json.dumps(whole).encode()[:8000])
    whole["cases"] = []
    whole["skipped"] = [{"name": "a/b", "reason": "no tun", "remedy": "modprobe tun"}]
    keep("results", "skipped", json.dumps(whole).encode())
    shard = {"index": 2, "of": 3, "cases": 1, "machine": "m", "whole": {"cases": 4, "hash": 16 * "0", "subjects": None}}
    part = {"folder": "s", "kernel": "6", "root": True, "pace": 20, "pace-lowered-by": None, "seed": "5", "wall-real-s": 1.5}
    merged = {"shards": [{**part, "shard": shard}], "problems": ["shard 1 of 3 is missing"]}
    keep("results", "shards", json.dumps({**whole, "shard": shard, "merged": merged}).encode())
    whole["cases"] = [{"slug": "../../etc"}]
    keep("results", "path", json.dumps(whole).encode())
    whole["cases"] = [{"slug": "a/../../../etc"}]
    keep("results", "path-within", json.dumps(whole).encode())


def scenario():
    for path in sorted(glob.glob(f"{ROOT}/suite/scenarios/[!l]*/*.yaml")):
        lines = [l for l in open(path) if not l.startswith("#")]
        text = "".join(lines).encode()
        if len(text) < 3000:
            keep("scenario", os.path.basename(path)[:-5], text)


def words():
    """The dictionaries: every key and every word of the schemas."""

    def of(node, out):
        if isinstance(node, dict):
            out.update(node.get("properties", {}))
            out.update(v for v in node.get("enum", []) + [node.get("const")] if isinstance(v, str))
            for v in node.values():
                of(v, out)
        elif isinstance(node, list):
            for v in node:
                of(v, out)

    for target, schema, form in (("scenario", "scenario", "%s: "), ("trace", "trace", '\\"%s\\":'),
                                 ("results", "results", '\\"%s\\":')):
        found = set()
        of(json.load(open(f"{ROOT}/docs/{schema}.schema.json")), found)
        with open(f"{ROOT}/harness/test/fuzz/{target}.dict", "w") as f:
            f.write(f"# Of docs/{schema}.schema.json, by harness/test/data/corpus/seeds.py words.\n")
            f.writelines('"%s"\n' % (form % w) for w in sorted(found) if re.fullmatch("[!-~]+", w) and not set(w) & set('"\\\\'))


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("netlink", "answer", "packet", "packet_buffer", "trace", "results", "scenario", "words"):
        sys.exit(__doc__)
    globals()[sys.argv[1]](*sys.argv[2:])

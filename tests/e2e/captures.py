# SPDX-License-Identifier: GPL-3.0-or-later
"""Capture files as bytes: read, written in other formats, and damaged. Plain Python, so that nothing of the program's own
reading is needed to make what it reads."""
import gzip
import shutil
import struct
import subprocess

MAGIC_MICROSECONDS, MAGIC_NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
HEADER, RECORD = 24, 16  # bytes of the file's header, and of each packet's


def packets(path):
    """(link type, fraction digits, [(seconds, fraction, original length, bytes)]) of a classic pcap file."""
    data = path.read_bytes()
    order = "<" if struct.unpack("<I", data[:4])[0] in (MAGIC_MICROSECONDS, MAGIC_NANOSECONDS) else ">"
    digits = 9 if struct.unpack(order + "I", data[:4])[0] == MAGIC_NANOSECONDS else 6
    link = struct.unpack(order + "I", data[20:24])[0]
    found, at = [], HEADER
    while at < len(data):
        seconds, fraction, kept, length = struct.unpack(order + "IIII", data[at : at + RECORD])
        found.append((seconds, fraction, length, data[at + RECORD : at + RECORD + kept]))
        at += RECORD + kept
    return link, digits, found


def _block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def write_pcapng(source, target):
    link, digits, found = packets(source)
    resolution = struct.pack("<HHB3xHH", 9, 1, digits, 0, 0)  # if_tsresol, end of options
    blocks = [
        _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        _block(1, struct.pack("<HHI", link, 0, 0) + resolution),
    ]
    for seconds, fraction, length, data in found:
        time = seconds * 10**digits + fraction
        blocks.append(_block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(data), length) + data))
    target.write_bytes(b"".join(blocks))


def write_big_endian(source, target):
    """The same capture as a machine of the other byte order writes it."""
    link, digits, found = packets(source)
    magic = MAGIC_NANOSECONDS if digits == 9 else MAGIC_MICROSECONDS
    out = [struct.pack(">IHHiIII", magic, 2, 4, 0, 0, 1 << 18, link)]
    for seconds, fraction, length, data in found:
        out.append(struct.pack(">IIII", seconds, fraction, len(data), length) + data)
    target.write_bytes(b"".join(out))


def write_gzip(source, target):
    target.write_bytes(gzip.compress(source.read_bytes()))


def write_zstd(source, target):
    """False where this host has no zstd."""
    if shutil.which("zstd") is None:
        return False
    subprocess.run(["zstd", "-q", "-f", "-o", target, source], check=True)
    return True


def truncated(data, chance):
    return data[: chance.randrange(len(data))]


def flipped(data, chance, most=40):
    """A copy in which some bytes have other values, anywhere: in headers of the file, of records, of packets."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, most)):
        damaged[chance.randrange(len(damaged))] ^= chance.randint(1, 255)
    return bytes(damaged)


def flipped_packets(data, chance, most=400):
    """A copy of a little-endian pcap in which only packets are damaged: each is still read, and means something else."""
    places, at = [], HEADER
    while at < len(data):
        kept = struct.unpack("<I", data[at + 8 : at + 12])[0]
        places += range(at + RECORD, at + RECORD + min(kept, 200))  # where headers are, more than in a file's body
        at += RECORD + kept
    damaged = bytearray(data)
    for _ in range(chance.randint(1, most)):
        damaged[chance.choice(places)] ^= chance.randint(1, 255)
    return bytes(damaged)

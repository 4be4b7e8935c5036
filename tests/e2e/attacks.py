# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks, each with its signature, and the encodings in which the same attack may come: a table for each protocol. A row is a
function of the attack's text, so that the same row can be made of a harmless text, of which no signature may speak."""
import base64
import gzip
import quopri
import struct
import zlib
from typing import Callable, NamedTuple

from disguises import Gap
from wire import CLIENT, SERVER


class Encoding(NamedTuple):
    name: str
    turns: Callable  # (text) -> [(who, bytes)]
    gap: Gap | None = None


class Attack(NamedTuple):
    name: str
    sid: int
    rule: str  # without its action, message and sid
    text: str
    harmless: str
    port: int
    encodings: list
    udp: bool = False
    from_server: bool = False
    client_speaks_first: bool = True


# ---- HTTP requests

OK = b"HTTP/1.1 200 OK\r\nServer: lab\r\nContent-Length: 2\r\n\r\nok"
HEADERS = ("Host: victim.example", "User-Agent: curl/7.88", "Accept: */*")


def request(line, headers=HEADERS, eol="\r\n"):
    return eol.join([line, *headers, "", ""]).encode("latin-1")


def get(uri, **more):
    return request(f"GET {uri} HTTP/1.1", **more)


def asked(data):
    return [(CLIENT, data), (SERVER, OK)]


def percent(text, form="%{:02x}", which=lambda place, letter: letter != "/"):
    return "".join(form.format(ord(c)) if which(i, c) else c for i, c in enumerate(text))


def uri(name, disguise, gap=None):
    return Encoding(name, lambda text: asked(get(disguise(text))), gap)


def whole(name, make, gap=None):
    """A row whose request is made of more than a disguised URI."""
    return Encoding(name, lambda text: asked(make(text)), gap)


URIS = [  # of /etc/passwd
    uri("as it is", lambda t: t),
    uri("a query behind", lambda t: t + "?a=b&c=d"),
    uri("back-traversal", lambda t: "/cgi-bin/../.." + t),
    uri("back-traversal within", lambda t: t.replace("/etc/", "/etc/x/../")),
    uri("self-references", lambda t: t.replace("/", "/./")),
    uri("slashes doubled", lambda t: t.replace("/", "//")),
    uri("percent-encoded letters", lambda t: percent(t)),
    uri("percent-encoded, upper-case hex", lambda t: percent(t, "%{:02X}")),
    uri("some letters percent-encoded", lambda t: percent(t, which=lambda i, c: i % 3 == 2 and c != "/")),
    uri("percent-encoded slashes", lambda t: "/" + percent(t[1:], which=lambda i, c: c == "/")),
    uri("percent-encoded back-traversal", lambda t: "/cgi-bin/%2e%2e/%2E%2e" + t),
    uri("all of it percent-encoded", lambda t: "/cgi-bin/" + percent("../.." + t, which=lambda i, c: True)),
    uri("backslashes", lambda t: "/" + t[1:].replace("/", "\\")),
    uri("percent-u-encoded", lambda t: percent(t, "%u{:04x}")),
    uri("slashes as overlong UTF-8", lambda t: "/" + t[1:].replace("/", "%c0%af")),
    uri("dots as overlong UTF-8", lambda t: "/cgi-bin/%c0%ae%c0%ae" + t),
    uri("a fragment behind", lambda t: t + "#here"),
    uri("parameters behind", lambda t: t + ";jsessionid=1"),
    uri("absolute", lambda t: "http://victim.example" + t),
    uri("absolute with user and port", lambda t: "http://user:word@victim.example:80" + t),
    uri("everything at once", lambda t: "http://victim.example/a//b/./%2e%2e/.%2E" + percent(t.replace("/", "/.//"), which=lambda i, c: c.isalpha())),
    whole("line ends of LF only", lambda t: get(t, eol="\n")),
    whole("HTTP/1.0", lambda t: request(f"GET {t} HTTP/1.0", headers=())),
    whole("HTTP/0.9", lambda t: f"GET {t}\r\n".encode()),
    whole("an empty line before", lambda t: b"\r\n" + get(t)),
    whole("spaces within the request line", lambda t: request(f"GET    {t}    HTTP/1.1")),
    whole("a tab within the request line", lambda t: request(f"GET\t{t} HTTP/1.1")),
    whole("an unknown method", lambda t: request(f"FROB {t} HTTP/1.1")),
    whole("an unknown version", lambda t: request(f"GET {t} HTTP/1.7")),
    Encoding("pipelined behind three others", lambda t: [(CLIENT, get("/a") + get("/b") + get("/c") + get(t)), (SERVER, OK * 4)]),
    Encoding("behind a request with a body", lambda t: [(CLIENT, request("POST /form HTTP/1.1", (*HEADERS, "Content-Length: 5")) + b"hello" + get(t)),
                                                        (SERVER, OK * 2)]),
    Encoding("behind a request with a chunked body", lambda t: [
        (CLIENT, request("POST /form HTTP/1.1", (*HEADERS, "Transfer-Encoding: chunked")) + b"2;x=y\r\nhe\r\n0\r\nTrailer: yes\r\n\r\n" + get(t)),
        (SERVER, OK * 2)]),
    Encoding("the tenth of a session", lambda t: sum((asked(get(f"/page{n}")) for n in range(9)), []) + asked(get(t))),
]
URIS_OF_A_RULE_THAT_DECODES = [
    uri("as it is", lambda t: t),
    uri("percent-encoded twice", lambda t: percent(t).replace("%", "%25")),
    uri("percent-encoded twice, upper-case hex", lambda t: percent(t, "%{:02X}").replace("%", "%25")),
]
AGENTS = [
    whole("as it is", lambda t: get("/", headers=("Host: victim.example", f"User-Agent: {t}"))),
    whole("mixed case of its name", lambda t: get("/", headers=("HOST: victim.example", f"uSEr-aGEnt: {t}"))),
    whole("folded", lambda t: get("/", headers=("Host: victim.example", f"User-Agent:\r\n {t}"))),
    whole("folded with a tab, LF only", lambda t: get("/", headers=("Host: victim.example", f"User-Agent:\n\t{t}"), eol="\n")),
    whole("no space behind the colon", lambda t: get("/", headers=("Host: victim.example", f"User-Agent:{t}"))),
    whole("space before the colon", lambda t: get("/", headers=("Host: victim.example", f"User-Agent : {t}"))),
    whole("much space around", lambda t: get("/", headers=("Host: victim.example", f"User-Agent: \t  {t} \t "))),
    whole("twice, the other first", lambda t: get("/", headers=("Host: victim.example", "User-Agent: Mozilla/5.0", f"User-Agent: {t}"))),
    whole("behind a hundred headers", lambda t: get("/", headers=("Host: victim.example", *(f"X-{n}: y" for n in range(100)), f"User-Agent: {t}"))),
    whole("LF only", lambda t: get("/", headers=("Host: victim.example", f"User-Agent: {t}"), eol="\n")),
    whole("HTTP/1.0 without a host", lambda t: request("GET / HTTP/1.0", (f"User-Agent: {t}",))),
    Encoding("pipelined behind three others", lambda t: [(CLIENT, get("/a") * 3 + get("/", headers=(f"User-Agent: {t}",))), (SERVER, OK * 4)]),
]

# ---- HTTP answers

FILLING = b"".join(b"line %d of what is no attack\n" % n for n in range(12))


def content(text):
    return FILLING + text.encode() + b"\n" + FILLING


def answer(body, *headers, line="HTTP/1.1 200 OK", length=True, eol=b"\r\n"):
    lines = [line, "Server: lab", *headers] + ([f"Content-Length: {len(body)}"] if length else [])
    return eol.join(h.encode() for h in [*lines, "", ""]) + body


def chunked(body, size, extension="", form="{:x}"):
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(f"{form.format(len(c))}{extension}\r\n".encode() + c + b"\r\n" for c in chunks) + b"0\r\n\r\n"


def raw_deflate(data):
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    return made.compress(data) + made.flush()


def gzip_with_all_fields(data):
    return b"\x1f\x8b\x08\x1c\0\0\0\0\0\x03" + b"\x04\0more" + b"a name\0" + b"a comment\0" + raw_deflate(data) + struct.pack("<II", zlib.crc32(data), len(data))


def gzip_members(data):
    half = len(FILLING) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:])


def brotli_stored(data, size=29):
    """Brotli without compression: blocks of `size` bytes as they are (RFC 7932, 9.2), so that no library is needed."""
    out, bits = b"", 1  # before the first block, one bit for a window of 64 KiB
    for at in range(0, len(data), size):
        block = data[at : at + size]
        out += (((len(block) - 1) << 3 | 1 << 19) << bits).to_bytes(3, "little") + block
        bits = 0
    return out + b"\x03"


def fetched(name, make, gap=None, **more):
    return Encoding(name, lambda text: [(CLIENT, get("/file.bin")), (SERVER, make(content(text)))], gap)


def in_small_segments(attempt, in_line):
    return attempt.transport.name not in ("segments in order", "no beginning")


FRAME_SPLIT = Gap("where its first byte comes alone, zlib's frame is not recognised", in_small_segments)
FOLD_SPLIT = Gap("where a segment ends between the two lines of a folded header, the second is not taken for its continuation", in_small_segments)
CHUNKED = "Transfer-Encoding: chunked"
BODIES = [
    fetched("as it is", lambda b: answer(b)),
    fetched("until the session ends", lambda b: answer(b, length=False)),
    fetched("HTTP/1.0 until the session ends", lambda b: answer(b, line="HTTP/1.0 200 OK", length=False)),
    fetched("line ends of LF only", lambda b: answer(b, eol=b"\n")),
    fetched("chunked", lambda b: answer(chunked(b, 100), CHUNKED, length=False)),
    fetched("chunks of 1 byte", lambda b: answer(chunked(b, 1), CHUNKED, length=False)),
    fetched("chunk extensions", lambda b: answer(chunked(b, 9, ';name="a value";x=y'), CHUNKED, length=False),
            Gap("a piece of an extension that comes alone is taken for no chunk's size, and the rest for no chunks", in_small_segments)),
    fetched("chunk sizes with zeroes, upper-case hex", lambda b: answer(chunked(b, 30, form="0000{:X}"), CHUNKED, length=False)),
    fetched("chunked, with a length that lies", lambda b: answer(chunked(b, 9), "Content-Length: 5", CHUNKED, length=False)),
    fetched("chunked, mixed case of the header", lambda b: answer(chunked(b, 9), "tRANSFER-eNCODING: cHUNKED", length=False)),
    fetched("gzip", lambda b: answer(gzip.compress(b), "Content-Encoding: gzip")),
    fetched("x-gzip", lambda b: answer(gzip.compress(b), "Content-Encoding: x-gzip")),
    fetched("gzip, mixed case of the header", lambda b: answer(gzip.compress(b), "content-ENCODING: gZip")),
    fetched("gzip with name, comment and more", lambda b: answer(gzip_with_all_fields(b), "Content-Encoding: gzip")),
    fetched("gzip in two members", lambda b: answer(gzip_members(b), "Content-Encoding: gzip"),
            Gap("what stands behind the first member is not decompressed (RFC 1952, 2.2)")),
    fetched("gzip, its end missing", lambda b: answer(gzip.compress(b)[:-8], "Content-Encoding: gzip")),
    fetched("gzip twice", lambda b: answer(gzip.compress(gzip.compress(b)), "Content-Encoding: gzip, gzip")),
    fetched("said to be gzip, and is not", lambda b: answer(b, "Content-Encoding: gzip")),
    fetched("deflate", lambda b: answer(zlib.compress(b), "Content-Encoding: deflate"), FRAME_SPLIT),
    fetched("deflate without zlib's frame", lambda b: answer(raw_deflate(b), "Content-Encoding: deflate")),
    fetched("said to be deflate, and is gzip", lambda b: answer(gzip.compress(b), "Content-Encoding: deflate")),
    fetched("said to be gzip, and is deflate", lambda b: answer(zlib.compress(b), "Content-Encoding: gzip")),
    fetched("br", lambda b: answer(brotli_stored(b), "Content-Encoding: br")),
    fetched("br within chunks of 3 bytes", lambda b: answer(chunked(brotli_stored(b), 3), "Content-Encoding: br", CHUNKED, length=False)),
    fetched("gzip within chunks", lambda b: answer(chunked(gzip.compress(b), 50), "Content-Encoding: gzip", CHUNKED, length=False)),
    fetched("gzip within chunks of 1 byte", lambda b: answer(chunked(gzip.compress(b), 1), "Content-Encoding: gzip", CHUNKED, length=False)),
    fetched("deflate within chunks of 1 byte", lambda b: answer(chunked(zlib.compress(b), 1), "Content-Encoding: deflate", CHUNKED, length=False),
            FRAME_SPLIT._replace(holds=lambda attempt, in_line: True)),
    fetched("chunked within, gzip said as transfer coding", lambda b: answer(chunked(gzip.compress(b), 50), "Transfer-Encoding: gzip, chunked", length=False),
            Gap("transfer codings other than chunked are not decoded; few clients do")),
    fetched("chunked, the header folded", lambda b: answer(chunked(b, 9), "Transfer-Encoding:\r\n chunked", length=False), FOLD_SPLIT),
    fetched("chunked, space before the colon", lambda b: answer(chunked(b, 9), "Transfer-Encoding : chunked", length=False)),
    fetched("chunked, said twice", lambda b: answer(chunked(b, 9), CHUNKED, CHUNKED, length=False)),
    fetched("chunks with line ends of LF", lambda b: answer(chunked(b, 9).replace(b"\r\n", b"\n"), CHUNKED, length=False)),
    fetched("chunk sizes with space around", lambda b: answer(chunked(b, 9, form=" {:x} "), CHUNKED, length=False)),
    fetched("chunked without an end", lambda b: answer(chunked(b, 9)[:-5], CHUNKED, length=False)),
    fetched("gzip, the header folded", lambda b: answer(gzip.compress(b), "Content-Encoding:\r\n\tgzip"), FOLD_SPLIT),
    fetched("gzip, said twice", lambda b: answer(gzip.compress(gzip.compress(b)), "Content-Encoding: gzip", "Content-Encoding: gzip")),
    fetched("gzip within deflate", lambda b: answer(zlib.compress(gzip.compress(b)), "Content-Encoding: gzip, deflate")),
    fetched("gzip in stored blocks", lambda b: answer(gzip.compress(b, compresslevel=0), "Content-Encoding: gzip")),
    fetched("a status line without a reason", lambda b: answer(b, line="HTTP/1.1 200")),
    fetched("behind 100 Continue", lambda b: b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b)),
    fetched("the whole as a range", lambda b: answer(b, f"Content-Range: bytes 0-{len(b) - 1}/{len(b)}", line="HTTP/1.1 206 Partial Content")),
    fetched("in an answer that says 404", lambda b: answer(b, line="HTTP/1.1 404 Not Found")),
    Encoding("the third of three pipelined", lambda t: [(CLIENT, get("/a") * 3), (SERVER, OK * 2 + answer(chunked(content(t), 7), CHUNKED, length=False))]),
]

# ---- any bytes over TCP

RAW = [
    Encoding("alone", lambda t: [(CLIENT, t.encode())]),
    Encoding("among others", lambda t: [(CLIENT, b"\0\1\2\3" * 50 + t.encode() + b"\xff" * 77)]),
    Encoding("behind other turns", lambda t: [(CLIENT, b"hello"), (SERVER, b"well?"), (CLIENT, b"\r\n" + t.encode()), (SERVER, b"thanks")]),
    Encoding("in two turns", lambda t: [(CLIENT, b"...." + t[:7].encode()), (SERVER, b"go on"), (CLIENT, t[7:].encode() + b"....")]),
]

# ---- DNS


def labels(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))


def question(name, kind=1):
    return labels(name) + struct.pack(">BHH", 0, kind, 1)


def message(questions, count=1, more=b"", additional=0, number=0x1234):
    return struct.pack(">HHHHHH", number, 0x0100, count, 0, 0, additional) + questions + more


def alternating(name):
    return "".join(c.upper() if i % 2 else c for i, c in enumerate(name))


def behind_another_question(name):
    """The second question ends with a pointer into the first: evil + (bad.example of www.bad.example)."""
    first, _, parent = name.partition(".")
    there = 12 + len(labels("www"))
    return message(question(f"www.{parent}") + labels(first) + struct.pack(">HHH", 0xC000 | there, 1, 1), count=2)


def behind_pointers_to_pointers(name):
    """evil + a pointer to what is x + a pointer to bad.example."""
    first, _, parent = name.partition(".")
    questions = question(f"www.{parent}")
    second = 12 + len(questions)
    questions += labels("x") + struct.pack(">HHH", 0xC000 | 12 + len(labels("www")), 1, 1)
    return message(questions + labels(first) + struct.pack(">HHH", 0xC000 | second + len(labels("x")), 1, 1), count=3)


NAMES = {
    "as it is": lambda n: message(question(n)),
    "mixed case": lambda n: message(question(alternating(n))),
    "with EDNS": lambda n: message(question(n), more=b"\0\0\x29\x04\xd0\0\0\0\0\0\0", additional=1),
    "another type": lambda n: message(question(n, kind=16)),
    "in a second question": lambda n: message(question("www.good.example") + question(n), count=2),
    "compressed in a second question": behind_another_question,
    "a pointer to a pointer": behind_pointers_to_pointers,
    "mixed case, compressed": lambda n: behind_another_question(alternating(n)),
}


def with_length(data):
    return struct.pack(">H", len(data)) + data


DNS_UDP = [Encoding(name, lambda t, make=make: [(CLIENT, make(t))]) for name, make in NAMES.items()]
DNS_TCP = [Encoding(name, lambda t, make=make: [(CLIENT, with_length(make(t)))]) for name, make in NAMES.items()] + [
    Encoding("behind two other messages", lambda t: [(CLIENT, with_length(message(question("a.example"), number=1)) + with_length(message(question("b.example"), number=2)) +
                                                      with_length(message(question(t))))]),
]

# ---- TLS


def extension(kind, body):
    return struct.pack(">HH", kind, len(body)) + body


def client_hello(name, before=b"", version=0x0303):
    host = b"\0" + struct.pack(">H", len(name)) + name.encode()
    extensions = before + extension(0, struct.pack(">H", len(host)) + host) + extension(10, b"\0\2\0\x1d") + extension(43, b"\2\3\4")
    body = struct.pack(">H", version) + bytes(range(32)) + b"\x20" + bytes(32) + b"\0\4\x13\1\xc0\x2f" + b"\1\0"
    body += struct.pack(">H", len(extensions)) + extensions
    return b"\1" + struct.pack(">I", len(body))[1:] + body


def records(handshake, size, version=0x0301):
    parts = [handshake[at : at + size] for at in range(0, len(handshake), size)]
    return b"".join(b"\x16" + struct.pack(">HH", version, len(p)) + p for p in parts)


def hello(name, make):
    return Encoding(name, lambda text: [(CLIENT, make(text))])


HELLOS = [
    hello("one record", lambda n: records(client_hello(n), 16384)),
    hello("records of 100 bytes", lambda n: records(client_hello(n), 100)),
    hello("records of 5 bytes", lambda n: records(client_hello(n), 5)),
    hello("records of 1 byte", lambda n: records(client_hello(n), 1)),
    hello("the first record holds 4 bytes", lambda n: records(client_hello(n)[:4], 4) + records(client_hello(n)[4:], 16384)),
    hello("mixed case", lambda n: records(client_hello(alternating(n)), 16384)),
    hello("behind extensions that nobody knows", lambda n: records(client_hello(n, extension(0x0A0A, b"") + extension(0xFAFA, bytes(600))), 16384)),
    hello("behind much padding, in two records", lambda n: records(client_hello(n, extension(21, bytes(3000))), 2000)),
    hello("a record of version 3.0", lambda n: records(client_hello(n), 16384, 0x0300)),
    hello("a record of version 3.3", lambda n: records(client_hello(n), 16384, 0x0303)),
    hello("TLS 1.0", lambda n: records(client_hello(n, version=0x0301), 16384)),
]

# ---- SMTP


def mail(lines, commands=(b"EHLO client.example\r\n", b"MAIL FROM:<a@client.example>\r\n", b"RCPT TO:<b@victim.example>\r\n", b"DATA\r\n")):
    turns = [(SERVER, b"220 mail.victim.example ESMTP\r\n")]
    for command in commands:
        turns += [(CLIENT, command), (SERVER, b"354 go on\r\n" if command.upper() == b"DATA\r\n" else b"250 well\r\n")]
    return turns + [(CLIENT, lines + b"\r\n.\r\n"), (SERVER, b"250 taken\r\n"), (CLIENT, b"QUIT\r\n"), (SERVER, b"221 bye\r\n")]


def letter(encoding, body, boundary='boundary="=_b"', header="Content-Transfer-Encoding"):
    return (b"From: a@client.example\r\nTo: b@victim.example\r\nSubject: a file\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/mixed; " + boundary.encode() + b"\r\n\r\nno text\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
            b"--=_b\r\nContent-Type: application/octet-stream\r\n" + f"{header}: {encoding}\r\n".encode() +
            b'Content-Disposition: attachment; filename="file.bin"\r\n\r\n' + body + b"\r\n--=_b--")


def lines_of(data, width):
    return b"\r\n".join(data[at : at + width] for at in range(0, len(data), width))


def hex_letters(data, width):
    """Quoted-printable, every byte of it, with soft line breaks."""
    return b"=\r\n".join(b"".join(b"=%02X" % b for b in data[at : at + width]) for at in range(0, len(data), width))


def attached(name, encoding, encode, gap=None, **more):
    return Encoding(name, lambda text: mail(letter(encoding, encode(content(text)), **more)), gap)


def nested(body):
    return (b"From: a@client.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
            b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: application/octet-stream; name=f.bin\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + lines_of(base64.b64encode(body), 76) + b"\r\n--i--\r\n--o--")


def in_chunks(text):
    """BDAT (RFC 3030) instead of DATA."""
    data = letter("base64", lines_of(base64.b64encode(content(text)), 76)) + b"\r\n"
    turns = mail(b"")[:7]
    for at in range(0, len(data), 200):
        last = b" LAST" if at + 200 >= len(data) else b""
        turns += [(CLIENT, b"BDAT %d%s\r\n" % (len(data[at : at + 200]), last) + data[at : at + 200]), (SERVER, b"250 well\r\n")]
    return turns


MAILS = [
    attached("base64", "base64", lambda b: lines_of(base64.b64encode(b), 76)),
    attached("base64 without lines", "base64", base64.b64encode),
    attached("base64, lines of 1", "base64", lambda b: lines_of(base64.b64encode(b), 1)),
    attached("base64, lines of 7", "base64", lambda b: lines_of(base64.b64encode(b), 7)),
    attached("base64, mixed case of the header", "bASe64", lambda b: lines_of(base64.b64encode(b), 76), header="cONTENT-tRANSFER-eNCODING"),
    attached("base64, spaces within", "base64", lambda b: lines_of(base64.b64encode(b), 5).replace(b"\r\n", b" \r\n ")),
    attached("quoted-printable", "quoted-printable", quopri.encodestring),
    attached("quoted-printable, every byte", "quoted-printable", lambda b: hex_letters(b, 20)),
    attached("quoted-printable, every byte, lower-case hex", "quoted-printable", lambda b: hex_letters(b, 20).lower()),
    attached("quoted-printable, lines broken after every byte", "quoted-printable", lambda b: hex_letters(b, 1)),
    attached("as it is", "8bit", lambda b: b.replace(b"\n", b"\r\n")),
    attached("a folded boundary", "base64", lambda b: lines_of(base64.b64encode(b), 76), boundary='\r\n\tboundary="=_b"'),
    attached("a boundary without quotes", "base64", lambda b: lines_of(base64.b64encode(b), 76), boundary="charset=x; BOUNDARY==_b"),
    attached("the header of its encoding folded", "\r\n base64", lambda b: lines_of(base64.b64encode(b), 76)),
    attached("base64 with padding within", "base64", lambda b: b"\r\n".join(base64.b64encode(b[at : at + 20]) for at in range(0, len(b), 20))),
    Encoding("line ends of LF only", lambda t: mail(letter("base64", lines_of(base64.b64encode(content(t)), 76)).replace(b"\r\n", b"\n"))),
    Encoding("commands in lower case", lambda t: mail(letter("base64", lines_of(base64.b64encode(content(t)), 76)), commands=(
        b"helo client.example\r\n", b"mail from:<a@client.example>\r\n", b"rcpt to:<b@victim.example>\r\n", b"data\r\n"))),
    Encoding("the whole mail", lambda t: mail(b"Subject: x\r\nContent-Type: application/octet-stream; name=f.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                                              lines_of(base64.b64encode(content(t)), 60))),
    Encoding("nested", lambda t: mail(nested(content(t)))),
    Encoding("in chunks (BDAT)", in_chunks),
    Encoding("pipelined commands", lambda t: mail(letter("base64", lines_of(base64.b64encode(content(t)), 76)), commands=(
        b"EHLO client.example\r\n", b"MAIL FROM:<a@client.example>\r\nRCPT TO:<b@victim.example>\r\n", b"DATA\r\n"))),
]

MARKER, NO_MARKER = "X5O!P%@AP[4-GATEHOUSE-TEST-FILE", "X5O!P%@AP[4-GATEHOUSE-GOOD-FILE"

ATTACKS = [
    Attack("a path in a request", 1, 'http any any -> any any (flow:established,to_server; http.uri; content:"/etc/passwd"; startswith;',
           "/etc/passwd", "/etc/pasture", 80, URIS),
    Attack("a path, by a rule that decodes", 2, 'http any any -> any any (flow:established,to_server; http.uri; url_decode; content:"/etc/shadow";',
           "/etc/shadow", "/etc/shade", 80, URIS_OF_A_RULE_THAT_DECODES),
    Attack("a scanner's User-Agent", 3, 'http any any -> any any (flow:established,to_server; http.user_agent; content:"evilscan/1.0";',
           "evilscan/1.0", "goodscan/1.0", 80, AGENTS),
    Attack("a file in an answer", 4, f'http any any -> any any (flow:established,to_client; file.data; content:"{MARKER}";',
           MARKER, NO_MARKER, 80, BODIES, from_server=True),
    Attack("bytes to a port", 5, 'tcp any any -> any 4444 (flow:established,to_server; content:"BACKDOOR-HELLO";',
           "BACKDOOR-HELLO", "FRONTDOOR-HELLO", 4444, RAW),
    Attack("a name asked by UDP", 6, 'dns any any -> any any (dns.query; content:"evil.bad.example"; nocase;',
           "evil.bad.example", "best.bad.example", 53, DNS_UDP, udp=True),
    Attack("a name asked by TCP", 7, 'dns any any -> any any (dns.query; content:"foul.bad.example"; nocase;',
           "foul.bad.example", "best.bad.example", 53, DNS_TCP),
    Attack("a name in a TLS hello", 8, 'tls any any -> any any (flow:established,to_server; tls.sni; content:"evil.example"; nocase;',
           "evil.example", "good.example", 443, HELLOS),
    Attack("a file in a mail", 9, f'smtp any any -> any any (flow:established,to_server; file.data; content:"{MARKER}";',
           MARKER, NO_MARKER, 25, MAILS, client_speaks_first=False),
]


def rules(action="drop"):
    return "".join(f'{action} {a.rule} msg:"{a.name}"; sid:{a.sid}; rev:1;)\n' for a in ATTACKS)

"""One side of a whole Beeline handshake and its records, written from the SecureChannel documentation page alone, on PyPI's
noiseprotocol and cryptography; CPace's group (RFC 9496) is arithmetic on whole numbers, slow and plain.

usage: beeline_peer.py code|pinned|path initiator|responder SESSION STATIC CIPHERS WORDS|REMOTE_STATIC|- [ROOM]
SESSION and STATIC in hexadecimal, CIPHERS the sum of those this side has. Each line out is a handshake message, each line
in one of the peer; with `path` they are datagrams of the path alone, and the responder asks for a cookie. Then come lines of the two exporters' first bytes, a record, and, for one record in, a record with the
same plaintext.
"""
import hashlib
import hmac
import sys
import warnings

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from noise.connection import Keypair, NoiseConnection

VERSION = 2
CHACHA, AES = 1, 2
PAYLOAD = b"payload of the peer"
RECORD = b"record of the peer"


# ristretto255, RFC 9496 section 4.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578


def absolute(x):
    return x % P if x % P % 2 == 0 else -x % P


def sqrt_ratio(u, v):
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = (v * r * r - u) % P
    flipped = (v * r * r + u) % P == 0
    flipped_root = (v * r * r + u * ROOT) % P == 0
    if flipped or flipped_root:
        r = r * ROOT % P
    return check == 0 or flipped, absolute(r)


def element_of_half(data):
    t = int.from_bytes(data, "little") % 2**255
    r = ROOT * t * t % P
    u = (r + 1) * (1 - D * D) % P
    v = (-1 - r * D) * (r + D) % P
    square, s = sqrt_ratio(u, v)
    if not square:
        s = -absolute(s * t) % P
    c = -1 if square else r
    n = (c * (r - 1) * (D - 1) ** 2 - v) % P
    w0, w1, w2, w3 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P, (1 - s * s) % P, (1 + s * s) % P
    return w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def encode(point):
    x, y, z, t = point
    u1, u2 = (z + y) * (z - y) % P, x * y % P
    _, inverse = sqrt_ratio(1, u1 * u2 * u2 % P)
    den1, den2 = inverse * u1 % P, inverse * u2 % P
    z_inverse = den1 * den2 * t % P
    den = den2
    if t * z_inverse % P % 2:
        x, y, den = y * ROOT % P, x * ROOT % P, den1 * INVSQRT_A_MINUS_D % P
    if x * z_inverse % P % 2:
        y = -y
    return absolute(den * (z - y)).to_bytes(32, "little")


def decode(data):
    s = int.from_bytes(data, "little")
    assert s < P and s % 2 == 0
    u1, u2 = (1 - s * s) % P, (1 + s * s) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    square, inverse = sqrt_ratio(1, v * u2 * u2 % P)
    den_x = inverse * u2 % P
    x, y = absolute(2 * s * den_x), u1 * inverse * den_x * v % P
    assert square and x * y % P % 2 == 0 and y
    return x, y, 1, x * y % P


def prefixed(data):
    """LEB128 of the length, then the bytes."""
    length, head = len(data), b""
    while length >= 0x80:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + data


class CPace:
    """draft-irtf-cfrg-cpace-21, CPACE-RISTR255-SHA512, initiator and responder."""

    def __init__(self, words, channel, session, scalar):
        self.scalar, self.session = scalar, session
        domain = b"CPaceRistretto255"
        padding = max(0, 127 - len(prefixed(words)) - len(prefixed(domain)))
        text = prefixed(domain) + prefixed(words) + prefixed(bytes(padding)) + prefixed(channel) + prefixed(session)
        digest = hashlib.sha512(text).digest()
        generator = add(element_of_half(digest[:32]), element_of_half(digest[32:]))
        self.share = encode(multiply(scalar, generator))

    def key(self, initiator, peer):
        point = encode(multiply(self.scalar, decode(peer)))
        shares = (self.share, peer) if initiator else (peer, self.share)
        text = prefixed(b"CPaceRistretto255_ISK") + prefixed(self.session) + prefixed(point)
        return hashlib.sha512(text + b"".join(prefixed(share) + prefixed(b"") for share in shares)).digest()


def mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.blake2b).digest()


def expand(secret, label, count):
    output, block, index = b"", b"", 1
    while len(output) < count:
        block = mac(secret, block, label, bytes([index]))
        output, index = output + block, index + 1
    return output[:count]


class Exporter:
    def __init__(self, point, symmetric):
        self.secret = mac(symmetric.ck, b"beeline exporter ", point, symmetric.h)

    def export(self, label, count):
        return expand(self.secret, len(label).to_bytes(4, "big") + label, count)


def siphash(key, data):
    """SipHash-2-4 of 16 bytes."""
    k0, k1 = (int.from_bytes(part, "little") for part in (key[:8], key[8:]))
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    full = 2**64 - 1

    def turn(x, bits):
        return (x << bits | x >> 64 - bits) & full

    def rounds(count):
        for _ in range(count):
            for a, b, c, d, first, second in ((0, 1, 2, 3, 13, 16), (2, 1, 0, 3, 17, 21)):
                v[a] = v[a] + v[b] & full
                v[b] = turn(v[b], first) ^ v[a]
                v[a] = turn(v[a], 32)
                v[c] = v[c] + v[d] & full
                v[d] = turn(v[d], second) ^ v[c]

    for word in (data[:8], data[8:], bytes(7) + bytes([len(data)])):
        word = int.from_bytes(word, "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return (v[0] ^ v[1] ^ v[2] ^ v[3]).to_bytes(8, "little")


class Records:
    """One direction, first generation of keys, packet numbers of four bytes."""

    def __init__(self, secret, identifier, cipher):
        key = expand(secret, b"beeline record key", 32)
        self.header_key = expand(secret, b"beeline header key", 16)
        self.aead = AESGCM(key) if cipher == AES else ChaCha20Poly1305(key)
        self.identifier = identifier

    def mask(self, sample):
        return siphash(self.header_key, sample)[:5]

    def seal(self, number, plaintext):
        header = bytes([0x80 | 3]) + self.identifier + number.to_bytes(4, "big")
        sealed = self.aead.encrypt(bytes(4) + number.to_bytes(8, "little"), plaintext, header)
        mask = self.mask(sealed[:16])
        masked = bytes([header[0] ^ mask[0] & 0x3F]) + self.identifier
        return masked + bytes(a ^ b for a, b in zip(header[5:], mask[1:])) + sealed

    def open(self, record):
        assert record[0] & 0xC0 == 0x80 and record[1:5] == self.identifier
        mask = self.mask(record[9:25])
        first = record[0] ^ mask[0] & 0x3F
        count = (first & 3) + 1
        number = bytes(a ^ b for a, b in zip(record[5 : 5 + count], mask[1:]))
        header = bytes([first]) + self.identifier + number
        nonce = bytes(4) + int.from_bytes(number, "big").to_bytes(8, "little")
        return self.aead.decrypt(nonce, record[5 + count :], header)


class PathDatagrams:
    """Handshake messages of one datagram each on the path alone; SESSION is the initiation's identifier."""

    SIZE, CAPACITY = 1200, 1145

    def __init__(self, identifier, host):
        assert len(identifier) == 16
        self.identifier = identifier
        self.tag_key = hashlib.blake2b(b"beeline path key tag" + host).digest()

    def initiation(self, message, cookie=bytes(16)):
        assert len(message) <= self.CAPACITY
        body = b"\xc1" + VERSION.to_bytes(2, "big") + self.identifier + b"\x00\x01"
        body += len(message).to_bytes(2, "big") + message.ljust(self.CAPACITY, b"\x00") + cookie
        return body + mac(self.tag_key, body)[:16]

    def read_initiation(self, datagram):
        assert len(datagram) == self.SIZE and datagram[0] == 0xC1
        assert datagram[1:3] == VERSION.to_bytes(2, "big") and datagram[3:19] == self.identifier
        assert datagram[19:21] == b"\x00\x01" and datagram[1184:] == mac(self.tag_key, datagram[:1184])[:16]
        return datagram[23 : 23 + int.from_bytes(datagram[21:23], "big")], datagram[1168:1184]

    def ask(self, cookie):
        return b"\xc0" + self.identifier + b"\x01" + cookie

    def asked(self, reply):
        """The cookie, if the reply asks to show one."""
        return reply[18:] if reply[:18] == b"\xc0" + self.identifier + b"\x01" and len(reply) == 34 else None

    def answer(self, message):
        return b"\xc2" + self.identifier + message

    def read_answer(self, datagram):
        assert datagram[:17] == b"\xc2" + self.identifier and len(datagram) <= self.SIZE
        return datagram[17:]


class Lines:
    """One message a line."""

    def send(self, index, message):
        print(message.hex(), flush=True)

    def receive(self, index):
        return bytes.fromhex(sys.stdin.readline())


class PathLines(Lines):
    def __init__(self, datagrams):
        self.datagrams = datagrams

    def send(self, index, message):
        if index == 1:
            return super().send(index, self.datagrams.answer(message))
        self.message = message
        super().send(index, self.datagrams.initiation(message))

    def receive(self, index):
        datagram = super().receive(index)
        if index == 1:
            cookie = self.datagrams.asked(datagram)
            if cookie is not None:
                super().send(index, self.datagrams.initiation(self.message, cookie))
                datagram = super().receive(index)
            return self.datagrams.read_answer(datagram)
        message, cookie = self.datagrams.read_initiation(datagram)
        assert cookie == bytes(16)
        wanted = hashlib.blake2b(message, digest_size=16).digest()
        super().send(index, self.datagrams.ask(wanted))
        assert self.datagrams.read_initiation(super().receive(index)) == (message, wanted)
        return message


def main():
    warnings.simplefilter("ignore")
    pattern, initiator = sys.argv[1], sys.argv[2] == "initiator"
    session, static = bytes.fromhex(sys.argv[3]), bytes.fromhex(sys.argv[4])
    ciphers, other = int(sys.argv[5]), sys.argv[6]
    versions = VERSION.to_bytes(2, "big") * 2
    way = b" on the path alone" if pattern == "path" else b""
    prologue = b"beeline handshake" + way + b"; viewer initiates, host responds; versions " + versions
    prologue += bytes([len(session)]) + session

    name = b"XXpsk2" if pattern == "code" else b"IK"
    noise = NoiseConnection.from_name(b"Noise_" + name + b"_25519_ChaChaPoly_BLAKE2b")
    (noise.set_as_initiator if initiator else noise.set_as_responder)()
    pace = None
    if pattern == "code":
        channel = prologue + int(sys.argv[7]).to_bytes(4, "big")
        scalar = int.from_bytes(hashlib.sha512(static + sys.argv[2].encode()).digest(), "little") % ORDER
        pace = CPace(other.encode(), channel, session, scalar)
        noise.set_psks(bytes(32))
    noise.set_prologue(prologue)
    noise.set_keypair_from_private_bytes(Keypair.STATIC, static)
    if pattern != "code" and initiator:
        noise.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, bytes.fromhex(other))
    noise.start_handshake()
    lines = Lines()
    if pattern == "path":
        own = X25519PrivateKey.from_private_bytes(static).public_key().public_bytes_raw()
        lines = PathLines(PathDatagrams(session, bytes.fromhex(other) if initiator else own))
    symmetric = noise.noise_protocol.symmetric_state

    def agree(share):
        key = expand(pace.key(initiator, share), b"beeline code pre-shared key", 32)
        noise.noise_protocol.psks = [key]

    cipher = early = None
    for index in range(3 if pattern == "code" else 2):
        hasShare = pace and index < 2
        if (index % 2 == 0) == initiator:
            head = [bytes([ciphers]), bytes([cipher or 0]), b""][index]
            message = bytes(noise.write_message(head + PAYLOAD))
            lines.send(index, (pace.share if hasShare else b"") + message)
        else:
            message = lines.receive(index)
            if hasShare and index == 1:
                agree(message[:32])
            payload = bytes(noise.read_message(message[32:] if hasShare else message))
            if hasShare and index == 0:
                agree(message[:32])
            if index == 0:
                cipher = AES if payload[0] & ciphers & AES else CHACHA
            if index == 1:
                cipher = payload[0]
                assert cipher & ciphers
        if index == 1:
            early = Exporter(b"after message two", symmetric)
    final = Exporter(b"after the last message", symmetric)
    print(early.export(b"interop", 40).hex(), flush=True)
    print(final.export(b"interop", 40).hex(), flush=True)

    labels = [b"connection identifier, initiator", b"connection identifier, responder"]
    own, peer = (early.export(label, 4) for label in (labels if initiator else labels[::-1]))
    sending = Records(noise.noise_protocol.cipher_state_encrypt.k, peer, cipher)
    receiving = Records(noise.noise_protocol.cipher_state_decrypt.k, own, cipher)
    print(sending.seal(3, RECORD).hex(), flush=True)
    plaintext = receiving.open(bytes.fromhex(sys.stdin.readline()))
    print(sending.seal(4, plaintext).hex(), flush=True)


if __name__ == "__main__":
    main()

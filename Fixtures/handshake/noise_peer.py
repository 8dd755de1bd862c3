"""One side of a bare Noise handshake by an implementation that is not ours, over standard input and output.

usage: noise_peer.py noiseprotocol|dissononce xxpsk2|ik initiator|responder PROLOGUE STATIC PSK REMOTE_STATIC
Fields are hexadecimal; PSK and REMOTE_STATIC may be "-". Each line out is a handshake message, each line in one of the
peer. Then both sides send one transport message, the initiator first: the peer's payload comes back in ours. With
"check" as the first argument the exit status says whether the implementation after it is installed.
"""
import sys
import warnings

PAYLOAD = b"payload of the peer"


class NoiseProtocol:
    def __init__(self, pattern, initiator, prologue, static, psk, remote):
        from noise.connection import Keypair, NoiseConnection

        name = {"xxpsk2": b"XXpsk2", "ik": b"IK"}[pattern]
        self.connection = NoiseConnection.from_name(b"Noise_" + name + b"_25519_ChaChaPoly_BLAKE2b")
        (self.connection.set_as_initiator if initiator else self.connection.set_as_responder)()
        if psk:
            self.connection.set_psks(psk)
        self.connection.set_prologue(prologue)
        self.connection.set_keypair_from_private_bytes(Keypair.STATIC, static)
        if remote:
            self.connection.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, remote)
        self.connection.start_handshake()

    def write(self):
        return bytes(self.connection.write_message(PAYLOAD))

    def read(self, message):
        return bytes(self.connection.read_message(message))

    def encrypt(self, payload):
        return bytes(self.connection.encrypt(payload))

    def decrypt(self, message):
        return bytes(self.connection.decrypt(message))


class Dissononce:
    def __init__(self, pattern, initiator, prologue, static, psk, remote):
        from dissononce.cipher.chachapoly import ChaChaPolyCipher
        from dissononce.dh.x25519.private import PrivateKey
        from dissononce.dh.x25519.public import PublicKey
        from dissononce.dh.x25519.x25519 import X25519DH
        from dissononce.hash.blake2b import Blake2bHash
        from dissononce.processing.handshakepatterns.interactive.IK import IKHandshakePattern
        from dissononce.processing.handshakepatterns.interactive.XX import XXHandshakePattern
        from dissononce.processing.impl.cipherstate import CipherState
        from dissononce.processing.impl.handshakestate import HandshakeState
        from dissononce.processing.impl.symmetricstate import SymmetricState
        from dissononce.processing.modifiers.psk import PSKPatternModifier

        dh = X25519DH()
        self.initiator = initiator
        self.ciphers = None
        self.handshake = HandshakeState(SymmetricState(CipherState(ChaChaPolyCipher()), Blake2bHash()), dh)
        self.handshake.initialize(
            IKHandshakePattern() if pattern == "ik" else PSKPatternModifier(2).modify(XXHandshakePattern()),
            initiator,
            prologue,
            s=dh.generate_keypair(PrivateKey(static)),
            rs=PublicKey(remote) if remote else None,
            psks=[psk] if psk else None,
        )

    def write(self):
        message = bytearray()
        self.ciphers = self.handshake.write_message(PAYLOAD, message) or self.ciphers
        return bytes(message)

    def read(self, message):
        payload = bytearray()
        self.ciphers = self.handshake.read_message(message, payload) or self.ciphers
        return bytes(payload)

    def encrypt(self, payload):
        return bytes(self.ciphers[0 if self.initiator else 1].encrypt_with_ad(b"", payload))

    def decrypt(self, message):
        return bytes(self.ciphers[1 if self.initiator else 0].decrypt_with_ad(b"", message))


def main():
    warnings.simplefilter("ignore")
    if sys.argv[1] == "check":
        __import__({"noiseprotocol": "noise.connection", "dissononce": "dissononce.hash.blake2b"}[sys.argv[2]])
        return
    kind = {"noiseprotocol": NoiseProtocol, "dissononce": Dissononce}[sys.argv[1]]
    pattern, initiator = sys.argv[2], sys.argv[3] == "initiator"
    prologue, static, psk, remote = (b"" if text == "-" else bytes.fromhex(text) for text in sys.argv[4:8])
    peer = kind(pattern, initiator, prologue, static, psk, remote)
    for index in range(2 if pattern == "ik" else 3):
        if (index % 2 == 0) == initiator:
            print(peer.write().hex(), flush=True)
        else:
            last = peer.read(bytes.fromhex(sys.stdin.readline()))
    if initiator:
        print(peer.encrypt(last).hex(), flush=True)
        peer.decrypt(bytes.fromhex(sys.stdin.readline()))
    else:
        last = peer.decrypt(bytes.fromhex(sys.stdin.readline()))
        print(peer.encrypt(last).hex(), flush=True)


if __name__ == "__main__":
    main()

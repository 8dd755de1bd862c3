"""Opens a sealed file with an implementation that is not ours: PyPI's noiseprotocol.

usage: sealed_file.py FILE SECRET
SECRET is the reader's key in hexadecimal. Out come lines in hexadecimal: the writer's key, the payload, each block's
plaintext; then "whole" or "cut off".
"""
import sys
import warnings

warnings.simplefilter("ignore")
from noise.connection import Keypair, NoiseConnection

data = open(sys.argv[1], "rb").read()
assert data[:8] == b"BEELINE1", "magic"
size = int.from_bytes(data[40:42], "big")
connection = NoiseConnection.from_name(b"Noise_X_25519_ChaChaPoly_BLAKE2b")
connection.set_as_responder()
connection.set_prologue(data[:40])
connection.set_keypair_from_private_bytes(Keypair.STATIC, bytes.fromhex(sys.argv[2]))
connection.start_handshake()
state = connection.noise_protocol.handshake_state
payload = connection.read_message(data[42 : 42 + size])
print(state.rs.public_bytes.hex())
print(bytes(payload).hex())
cipher = connection.noise_protocol.cipher_state_decrypt
at, last = 42 + size, False
while at < len(data) and not last:
    head = data[at : at + 4]
    last, size = head[0] >= 128, int.from_bytes(head, "big") & 0x7FFFFFFF
    print(bytes(cipher.decrypt_with_ad(head, data[at + 4 : at + 4 + size])).hex())
    at += 4 + size
print("whole" if last and at == len(data) else "cut off")

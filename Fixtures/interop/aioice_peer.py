"""One component of an aioice connection on standard input and output; see README.md."""

import argparse
import asyncio
import sys

import aioice
import aioice.ice


def tell(*words):
    print(*words, flush=True)


class Peer:
    def __init__(self, options):
        # aioice leaves loopback out.
        aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [options.address]
        turn = options.turn
        self.connection = aioice.Connection(
            ice_controlling=options.controlling,
            turn_server=(turn[0], int(turn[1])) if turn else None,
            turn_username=turn[2] if turn else None,
            turn_password=turn[3] if turn else None,
            transport_policy=aioice.TransportPolicy.RELAY if options.relay_only else aioice.TransportPolicy.ALL,
        )
        self.tasks = []

    async def run(self):
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        await self.connection.gather_candidates()
        tell("credentials", self.connection.local_username, self.connection.local_password)
        for candidate in self.connection.local_candidates:
            tell("candidate", candidate.to_sdp())
        tell("end")
        while line := (await lines.readline()).decode().strip():
            await self.obey(*line.split(" ", 1))
        await self.connection.close()

    async def obey(self, command, rest=""):
        if command == "credentials":
            self.connection.remote_username, self.connection.remote_password = rest.split()
            self.tasks.append(asyncio.create_task(self.connect()))
        elif command == "candidate":
            await self.connection.add_remote_candidate(aioice.Candidate.from_sdp(rest))
        elif command == "end":
            await self.connection.add_remote_candidate(None)
        elif command == "send":
            await self.connection.send(bytes.fromhex(rest))

    async def connect(self):
        await self.connection.connect()
        # The library has no public way to ask for the pair.
        pair = self.connection._nominated[1]
        tell("selected", *("%s:%d" % address[:2] for address in (pair.local_addr, pair.remote_addr)))
        while True:
            tell("received", (await self.connection.recv()).hex())


parser = argparse.ArgumentParser()
parser.add_argument("--controlling", action="store_true")
parser.add_argument("--relay-only", action="store_true")
parser.add_argument("--address", default="127.0.0.1")
parser.add_argument("--turn", nargs=4)
asyncio.run(Peer(parser.parse_args()).run())

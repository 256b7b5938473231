"""Clicks: what one costs the whole product, and how long learners wait, against an empty discord.py handler.

Both programs run at once, each against a stand-in of its own in another process, and are clicked on in turn.
"""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles

from benchmarks import school
from benchmarks.gateway import Click, Gateway, gateway
from benchmarks.measuring import Figure, Size, medians, paired, ratios
from benchmarks.programs import PeakMemory, Program, open_round, running

OPEN_SECONDS = 600
EMPTY_BUTTONS = [f"a:1:{shown}" for shown in range(4)]
OTHER_GUILDS = 100
# Replies are read, and threads end, a little after the last reply went out.
SETTLE_SECONDS = 0.3
KEEPALIVE_SECONDS = 1.0
COLD_AFTER_SECONDS = 2.5
WARM_CLICKS = 20
STALL_MS = 50


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, ready to be clicked on; ``learners`` never runs out, so each answers once."""

    discord: Gateway
    program: Program
    buttons: list[str]
    learners: Iterator[int]

    def clicks(self, number: int) -> list[Click]:
        """So many learners who have not clicked yet."""
        return [
            Click(school.FIRST_LEARNER + learner, self.buttons[learner % len(self.buttons)])
            for learner, _ in zip(self.learners, range(number), strict=False)
        ]


async def figures(size: Size) -> list[Figure]:
    """Measure all of this family."""
    folder = school.scratch("clicks")
    try:
        return [*await _against_empty(size, folder), await _cold(size, folder)]
    finally:
        shutil.rmtree(folder)


async def _against_empty(size: Size, folder: Path) -> list[Figure]:
    async with AsyncExitStack() as both:
        empty_discord = await both.enter_async_context(gateway(size.guilds))
        discord = await both.enter_async_context(gateway(size.guilds))
        empty_program = await both.enter_async_context(running("empty", empty_discord, folder / "empty"))
        program = await both.enter_async_context(running("product", discord, folder / "product"))
        await asyncio.sleep(COLD_AFTER_SECONDS)
        idle = Figure(
            f"resident memory idle in {size.guilds} servers",
            [program.resident_mb()],
            None,
            unit="MB",
            note=f"the empty handler: {empty_program.resident_mb():.0f} MB",
        )
        buttons = await open_round(discord, OPEN_SECONDS)
        # A click brings the whole message along, which discord.py reads: the same one for both.
        empty_discord.card = discord.card
        empty = Side(empty_discord, empty_program, EMPTY_BUTTONS, count())
        product = Side(discord, program, buttons, count())
        measured = [
            await _cpu(size, empty, product),
            *await _latencies(size, empty, product),
            await _stalls(size, product),
        ]
    return [*measured, idle]


async def _cpu(size: Size, empty: Side, product: Side) -> Figure:
    async def spent(side: Side) -> float:
        clicks = side.clicks(size.clicks)
        before = side.program.cpu_seconds()
        await side.discord.burst(clicks)
        await asyncio.sleep(SETTLE_SECONDS)
        return max(1e-6, side.program.cpu_seconds() - before) / len(clicks)

    pairs = await paired(size.bursts, lambda: spent(empty), lambda: spent(product))
    limit, own = medians(pairs)
    note = f"{own * 1000:.3f} ÷ {limit * 1000:.3f} ms"
    return Figure("CPU a click ÷ an empty handler's that replies privately", ratios(pairs), 1.25, note=note)


async def _latencies(size: Size, empty: Side, product: Side) -> list[Figure]:
    async def p99(side: Side, others: list[int]) -> float:
        waited = await side.discord.burst(side.clicks(size.clicks), others=others)
        await asyncio.sleep(SETTLE_SECONDS)
        return quantiles(waited, n=100, method="inclusive")[-1]

    found = []
    for name, others in (
        (f"p99 of {size.clicks} clicks in a burst", 0),
        (f"the same with events of {OTHER_GUILDS} other servers", OTHER_GUILDS),
    ):
        ids = product.discord.guild_ids[1 : others + 1]
        pairs = await paired(size.bursts, lambda ids=ids: p99(empty, ids), lambda ids=ids: p99(product, ids))
        limit, own = medians(pairs)
        note = f"{own * 1000:.0f} ÷ {limit * 1000:.0f} ms; Discord allows 3000"
        found.append(Figure(f"{name} ÷ the empty handler's", ratios(pairs), 1.5, note=note))
    return found


async def _stalls(size: Size, product: Side) -> Figure:
    seen, all_at_once = [], product.program.stalls()
    for _ in range(size.bursts):
        before = product.program.stalls()
        await product.discord.burst(product.clicks(size.clicks), within=1.0)
        await asyncio.sleep(SETTLE_SECONDS)
        seen.append(product.program.stalls() - before)
    bursts = 3 * (size.bursts + 1)
    return Figure(
        f"stalls of the event loop over {STALL_MS} ms while {size.clicks} learners click within a second",
        seen,
        0,
        note=f"as the bot logs them; {all_at_once} in the {bursts} bursts before, all clicks at once",
    )


async def _cold(size: Size, folder: Path) -> Figure:
    """The first burst after a pause in which Discord has closed all connections, in a new process each time."""
    name = "resident memory in a cold TLS burst ÷ before it"
    if not size.cold_starts:
        return Figure(name, [], 1.4, note="not in so small a run")
    certificate = _certificate(folder)
    if certificate is None:
        return Figure(name, [], 1.4, note="openssl, which makes the certificate, is not installed")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate)
    runs, notes = [], []
    for start in range(size.cold_starts):
        async with (
            gateway(1, tls=tls, keepalive_seconds=KEEPALIVE_SECONDS) as discord,
            running("product", discord, folder / f"cold-{start}", certificate) as program,
        ):
            buttons = await open_round(discord, OPEN_SECONDS)
            side = Side(discord, program, buttons, count())
            await discord.burst(side.clicks(WARM_CLICKS))
            await asyncio.sleep(COLD_AFTER_SECONDS)
            before = program.resident_mb()
            with PeakMemory(program) as peak:
                await discord.burst(side.clicks(size.clicks))
                await asyncio.sleep(SETTLE_SECONDS)
            runs.append(peak.megabytes / before)
            notes.append(f"{peak.megabytes:.0f} ÷ {before:.0f}")
    return Figure(name, runs, 1.4, note=f"{', '.join(notes)} MB")


def _certificate(folder: Path) -> Path | None:
    """A certificate for loopback with its key, made now; None where there is nothing to make it with."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    file = folder / "certificate.pem"
    words = "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2 -subj /CN=127.0.0.1"
    subprocess.run(  # noqa: S603 - constants, and nothing else waits
        [
            openssl,
            *words.split(),
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            str(file),
            "-out",
            str(file) + ".crt",
        ],
        check=True,
        capture_output=True,
    )
    with file.open("a", encoding="utf-8") as both:
        both.write(Path(f"{file}.crt").read_text(encoding="utf-8"))
    return file

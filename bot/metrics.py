"""The bot's measures in the words of Prometheus. The only place that knows its library; imported when asked for."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.app import App
from bot.measures import COMMIT_BUCKETS, Commits
from bot.shards import GatewayState


def exposition(app: App) -> Callable[[str], tuple[str, bytes]]:
    """What answers a reader: from his Accept header to the type and the text of all metrics."""
    registry = CollectorRegistry()
    registry.register(BotCollector(app))
    ProcessCollector(registry=registry)

    def answer(accept: str) -> tuple[str, bytes]:
        encode, kind = choose_encoder(accept)
        return kind, encode(registry)

    return answer


class BotCollector(Collector):
    """Reads the numbers when somebody asks; between two questions it costs nothing."""

    def __init__(self, app: App) -> None:
        self._app = app

    def describe(self) -> Iterable[Metric]:
        """Nothing: what there is does not depend on the moment, and the registry need not try it out."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric as it stands."""
        measures, bot = self._app.context.measures, self._app.bot
        for name, meaning, total in (
            ("clicks", "Buttons, menus and forms of Footnote that people used.", measures.clicks),
            ("answers", "Answers that are on disk.", measures.answers),
            ("commit_failures", "Transactions the database could not keep.", measures.commits.failures),
            ("event_loop_stalls", "Times the event loop heard nothing for over 50 ms.", measures.lag.stalls),
            ("event_loop_busy_seconds", "Time in which the event loop worked.", measures.lag.busy_seconds),
        ):
            yield CounterMetricFamily(f"footnote_{name}", meaning, value=total)
        for name, meaning, value in (
            ("answers_waiting", "Answers that wait for a transaction.", self._app.context.writer.waiting),
            ("rounds_running", "Rounds that are under way.", bot.conductor.clockwork.rounds),
            (
                "servers",
                "Servers this process acts for.",
                sum(bot.ownership.owns(each.id) for each in bot.guilds),
            ),
            ("shards_held", "Shards whose servers this process acts for.", len(bot.ownership.shards.ids)),
            (
                "lease_seconds_left",
                "How long it may go on to act for them if it hears nothing of the database.",
                0.0 if self._app.keeper is None else self._app.keeper.seconds_left,
            ),
            (
                "gateway_connected",
                "1 while all shards hear Discord.",
                bot.gateway_state is GatewayState.CONNECTED,
            ),
            (
                "event_loop_lag_seconds",
                "The longest the loop heard nothing, in the last one to two minutes.",
                measures.lag.longest,
            ),
        ):
            yield GaugeMetricFamily(f"footnote_{name}", meaning, value=float(value))
        yield _latency(bot.latencies)
        yield _commit_seconds(measures.commits)


def _latency(latencies: list[tuple[int, float]]) -> Metric:
    metric = GaugeMetricFamily(
        "footnote_gateway_latency_seconds", "From a heartbeat to Discord's answer.", labels=["shard"]
    )
    for shard, seconds in latencies:
        if math.isfinite(seconds):
            metric.add_metric([str(shard)], seconds)
    return metric


def _commit_seconds(commits: Commits) -> Metric:
    bounds = [*map(str, COMMIT_BUCKETS), "+Inf"]
    return HistogramMetricFamily(
        "footnote_commit_seconds",
        "How long a commit took.",
        buckets=list(zip(bounds, itertools.accumulate(commits.buckets), strict=True)),
        sum_value=commits.seconds,
    )

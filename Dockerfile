FROM python:3.13-slim

WORKDIR /src
COPY pyproject.toml requirements.lock README.md ./
COPY geo geo
COPY web web
COPY data data
# The lock file as constraints: the tested versions of what the program needs, without the tools for tests.
RUN pip install --no-cache-dir --constraint requirements.lock . \
    && rm -rf /src \
    && useradd --system --uid 10001 --home-dir /var/lib/yizhan --create-home yizhan

ENV YIZHAN_HOME=/var/lib/yizhan
WORKDIR /var/lib/yizhan
USER yizhan
VOLUME /var/lib/yizhan
EXPOSE 8000
CMD ["sh", "-c", "yizhan upgrade && exec yizhan serve --host 0.0.0.0 --port 8000"]

# dealtrail in an image: `docker build --tag dealtrail .`, then `docker run --rm dealtrail --help`.
# What is installed is what uv.lock names, without what only tests and checks need.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir --disable-pip-version-check uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
# The packages first: they change less often than the rooms, and are then not installed again.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-default-groups --no-install-project
COPY domain domain
COPY engine engine
COPY projections projections
COPY consumers consumers
COPY interfaces interfaces
RUN uv sync --frozen --no-default-groups
# Who runs it may not write here, and each command would compile the rooms anew.
RUN .venv/bin/python -m compileall -q domain engine projections consumers interfaces

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data dealtrail
COPY --from=build /app /app
# The rooms are plain top-level packages: nobody else's package named `domain` may come before ours.
ENV PATH=/app/.venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1
USER dealtrail
# A store in a file lies here, unless DEALTRAIL_STORE says otherwise.
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["dealtrail"]
CMD ["--help"]

# One image for the webserver and the daemon. No CUDA: torch comes from the CPU index.
FROM python:3.12-slim AS build
ENV UV_TORCH_BACKEND=cpu UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY pygrounds_dagster ./pygrounds_dagster
RUN uv venv /app/.venv && uv pip install --python /app/.venv/bin/python -e . -c constraints.txt

FROM python:3.12-slim
RUN useradd --system --create-home --home-dir /home/pygrounds pygrounds \
    && install -d -o pygrounds /data
WORKDIR /app
COPY --from=build /app /app
COPY dagster.yaml workspace.yaml ./
COPY content ./content
ENV PATH=/app/.venv/bin:$PATH DAGSTER_HOME=/app PYGROUNDS_HOME=/data
USER pygrounds
VOLUME /data

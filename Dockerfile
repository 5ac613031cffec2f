# syntax=docker/dockerfile:1
# One image; its command chooses what it is: api (the default), worker or migrate.

FROM node:24-slim AS pages
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --ignore-scripts
COPY frontend/ ./
RUN npm run build

FROM python:3.12-slim AS packages
COPY requirements-server.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements-server.lock

FROM python:3.12-slim
RUN useradd --system --create-home --uid 10001 bulkhead \
 && printf '#!/bin/sh\nexec python -m uvicorn api.main:app_from_env --factory --host 0.0.0.0 --port "${PORT:-8000}" --no-access-log --log-level warning --timeout-graceful-shutdown 10\n' > /usr/local/bin/api \
 && printf '#!/bin/sh\nexec python -m worker.main\n' > /usr/local/bin/worker \
 && printf '#!/bin/sh\nexec python -m alembic upgrade head\n' > /usr/local/bin/migrate \
 && chmod 755 /usr/local/bin/api /usr/local/bin/worker /usr/local/bin/migrate
WORKDIR /app
COPY --from=packages /venv /venv
COPY alembic.ini ./
COPY migrations/ migrations/
COPY practice/ practice/
COPY worker/ worker/
COPY admin/ admin/
COPY api/ api/
COPY --from=pages /build/dist/ frontend/dist/
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app \
    ENVIRONMENT=production FRONTEND_DIST=/app/frontend/dist
USER bulkhead
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', '8000')}/api/v1/health/alive\")"]
CMD ["api"]

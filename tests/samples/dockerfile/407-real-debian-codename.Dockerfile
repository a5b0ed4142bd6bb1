FROM debian:bookworm-20240904-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates \
      # for health checks
      curl \
    && rm -rf /var/lib/apt/lists/*

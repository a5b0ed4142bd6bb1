ARG RUBY_VERSION=3.3.4
FROM docker.io/library/ruby:$RUBY_VERSION-slim AS base
FROM base AS build
FROM base
COPY --from=build "${BUNDLE_PATH}" "${BUNDLE_PATH}"

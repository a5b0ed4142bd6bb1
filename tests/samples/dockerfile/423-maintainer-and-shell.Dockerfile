FROM alpine:3.19
MAINTAINER someone <a@example.org>
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
HEALTHCHECK --interval=5m CMD curl -f http://localhost/ || exit 1
STOPSIGNAL SIGTERM
VOLUME ["/data"]
USER 1000:1000
EXPOSE 80/tcp

ARG IMAGE_VERSION=${IMAGE_VERSION:-ubuntu:xenial}
from ${IMAGE_VERSION} as base

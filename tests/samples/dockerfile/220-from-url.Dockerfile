FROM https://example.org/alpine:3.19

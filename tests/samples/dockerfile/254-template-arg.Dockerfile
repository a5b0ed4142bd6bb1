ARG VERSION={{ version }}
FROM alpine:${VERSION}

ARG A=3
ARG B=$A.18
FROM alpine:$B AS one
FROM alpine:$B-slim AS two
FROM alpine:$A AS three

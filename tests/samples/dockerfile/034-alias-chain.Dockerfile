FROM golang:1.22 AS a
FROM a AS b
FROM b AS c
COPY --from=c /x /y

FROM golang:1.22 AS Builder
FROM builder
COPY --from=BUILDER /a /b

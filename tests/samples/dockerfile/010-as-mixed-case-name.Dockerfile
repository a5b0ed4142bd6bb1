FROM golang:1.22 As BuildStage
RUN go build
FROM alpine:3.19
COPY --from=buildstage /app /app

FROM ${BASE:-alpine:3.18}

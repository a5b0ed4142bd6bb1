FROM ${REF_NAME:-"gcr.io/distroless/static:nonroot"}

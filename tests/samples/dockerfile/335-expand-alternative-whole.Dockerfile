FROM ${REF_NAME:+gcr.io/x:1}

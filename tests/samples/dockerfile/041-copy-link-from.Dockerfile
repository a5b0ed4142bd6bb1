FROM scratch
COPY --link --from=gcr.io/k8s-skaffold/skaffold:v0.11.0 /a /b

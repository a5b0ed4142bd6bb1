FROM scratch
COPY --from=gcr.io/k8s-skaffold/skaffold:v0.11.0@sha256:eb85fc5b1198f5e1ec025ea07586bdbbf397e7d82df66c90d7511f533517e063 /a /b

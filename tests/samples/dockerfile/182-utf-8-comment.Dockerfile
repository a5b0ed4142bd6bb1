# Über die Basis: 日本語 🐳
FROM node:20
COPY --from=busybox:1.36 /a /ü

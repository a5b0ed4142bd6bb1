FROM node:20 AS build
#COPY --from=busybox:1.36 /a /b
# COPY --from=build /a /b

ARG V=3.18
ARG IMG="alpine:${V}"
FROM "${IMG}"

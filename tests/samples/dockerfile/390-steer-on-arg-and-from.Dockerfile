# basewatch: allow patch
ARG V=20
# basewatch: hold until 2027-01-31
FROM node:$V

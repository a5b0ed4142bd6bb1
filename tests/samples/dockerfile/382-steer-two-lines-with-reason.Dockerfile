# hadolint ignore=DL3006
# basewatch: hold until 2027-01-31 -- glibc
FROM node:20

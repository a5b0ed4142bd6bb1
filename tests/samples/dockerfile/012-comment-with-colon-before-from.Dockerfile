# License: Apache 2.0
# See https://example.org/a:b
FROM node:20

FROM alpine:3.19
RUN psql -c 'SELECT * FROM users'
RUN psql -c 'SELECT * \
FROM users WHERE a = 1'

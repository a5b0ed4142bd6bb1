FROM\
nginx:1.20

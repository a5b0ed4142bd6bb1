FROM\
--platform=linux/amd64 \
# comment
image4:1.0 \
as name

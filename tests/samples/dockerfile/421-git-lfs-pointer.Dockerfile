version https://git-lfs.github.com/spec/v1
oid sha256:eb85fc5b1198f5e1ec025ea07586bdbbf397e7d82df66c90d7511f533517e063
size 12345

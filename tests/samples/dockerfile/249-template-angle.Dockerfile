FROM <image>:3

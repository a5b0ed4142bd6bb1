FROM example/app:3.19-${TARGETARCH}

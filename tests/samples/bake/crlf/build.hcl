# basewatch comments
target "app" {
  contexts = {
    // basewatch: hold until 2031-01-01
    base = "docker-image://alpine:3.18"
  }
}

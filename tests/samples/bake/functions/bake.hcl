function "tag" {
  params = [image]
  result = ["${image}:latest", "alpine:1"]
}
/* target "old" {
     contexts = { base = "docker-image://alpine:3.1" }
   } */
target "a" {
  labels = { for k, v in LABELS : k => "${v}" }
  # basewatch: ignore

  args = merge({ BUILDKIT_SYNTAX = "docker/dockerfile:1" }, OTHER)
  contexts = { (KEY) = "docker-image://alpine:3.16", n = [1, 2] , } // end
}

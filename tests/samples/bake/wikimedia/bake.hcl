# keep the frontend in sync with the blubber file
target "default" {
  dockerfile = ".pipeline/blubber.yaml"
  target = "production"
  args = {
    "BUILDKIT_SYNTAX" = "docker-registry.wikimedia.org/repos/releng/blubber/buildkit:v1.6.0"
  }
}

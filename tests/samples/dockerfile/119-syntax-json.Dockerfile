{
  "syntax": "example.org/mock/frontend:1.2",
  "image": "alpine"
}

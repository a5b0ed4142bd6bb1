target "a" {
  tags = [<<X
some } text
X
  ]
  description = <<-END
    target "b" { contexts = { c = "docker-image://alpine:1" } }
  END
  contexts = { real = "docker-image://alpine:3.19" }
}

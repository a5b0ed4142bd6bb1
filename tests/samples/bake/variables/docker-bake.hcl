BASE = "alpine:3.18"
variable "LOOP" { default = "${LOOP}" }
variable "LIST" { default = ["a", "b"] }
target "a" {
  contexts = {
    one = "docker-image://${BASE}"
    two = "docker-image://${LOOP}"
    three = "docker-image://${LIST}"
    four = "docker-image://${upper(BASE)}"
    five = "docker-image://$${BASE}"
    six = notequal("", BASE) ? "docker-image://x" : "y"
    seven = "docker-image://Bad:1"
    eight = "docker-image://{{ image }}"
  }
}
target a { contexts = { nine = "docker-image://alpine:3.17" } }

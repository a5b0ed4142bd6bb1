variable "TAG" {
  default = "dev"
}

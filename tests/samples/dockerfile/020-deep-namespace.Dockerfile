FROM gcr.io/a/b/c/d/e:1.2.3

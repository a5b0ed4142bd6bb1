FROM alpine:3.19
RUN echo && \
  COPY --from=evil:1.0 /a /b

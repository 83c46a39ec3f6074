FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 sihe && install -d -o sihe -g sihe /var/lib/sihe
COPY --from=build /src/target/release/sihe /usr/local/bin/sihe
USER sihe
WORKDIR /var/lib/sihe
ENV SIHE_LISTEN=0.0.0.0:8080 SIHE_SIGNING_KEY_FILE=/var/lib/sihe/signing-key.pem SIHE_LOG_FORMAT=json
VOLUME /var/lib/sihe
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=4s CMD ["sihe", "healthcheck"]
ENTRYPOINT ["sihe"]
CMD ["serve"]

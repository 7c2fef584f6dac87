# Two stages: the toolchain builds, the image that runs holds the executable, the distribution's libraries and no compiler.
FROM swift:6.2-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libnghttp2-dev libssl-dev libpq-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN swift build -c release --product multibrand --static-swift-stdlib \
    && install -D "$(swift build -c release --show-bin-path)/multibrand" /out/multibrand

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4 libnghttp2-14 libssl3 libpq5 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home multibrand
COPY --from=build /out/multibrand /usr/local/bin/multibrand
USER 10001
# gRPC, HTTP.
EXPOSE 50051 8080 8081
STOPSIGNAL SIGTERM
ENTRYPOINT ["multibrand"]
CMD ["serve"]

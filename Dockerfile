# syntax=docker/dockerfile:1.7

# Images of Longhand. Targets:
#   cpu    the command line, the media worker, and the gpu worker on the processor
#   gpu    the gpu worker on CUDA
#   test   the GPU tests: docker build --target test --tag longhand-test . && docker run --rm --gpus all longhand-test

ARG NODE_IMAGE=node:24.18.0-bookworm-slim
ARG CUDA_IMAGE=nvidia/cuda:13.0.3-cudnn-runtime-ubuntu24.04

FROM ${NODE_IMAGE} AS build
WORKDIR /opt/longhand
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY activities activities
COPY client client
COPY models models
COPY workers workers
COPY workflows workflows
RUN npm run build && chmod +x dist/client/cli/main.js

# What runs: the built code, its dependencies, and of their binaries those for Linux.
FROM ${NODE_IMAGE} AS production
WORKDIR /opt/longhand
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32 \
    node_modules/@temporalio/core-bridge/releases/*-apple-* node_modules/@temporalio/core-bridge/releases/*-windows-*
COPY --from=build /opt/longhand/dist dist

# ONNX Runtime's CUDA libraries, which npm does not carry, of the very version that npm brings the rest of.
# (`ONNXRUNTIME_NODE_INSTALL=cuda12` would fetch some too, without saying for which CUDA they were built.)
FROM ${NODE_IMAGE} AS cuda-libraries
ARG ONNXRUNTIME=1.30.0
WORKDIR /opt/onnxruntime
ADD --checksum=sha256:382d79133112388cf94ce5855789b7c9bef12bef76a08b6b277e5a317213adcd \
  https://github.com/microsoft/onnxruntime/releases/download/v${ONNXRUNTIME}/onnxruntime-linux-x64-gpu_cuda13-${ONNXRUNTIME}.tgz archive.tgz
COPY --from=production /opt/longhand/node_modules/onnxruntime-node/package.json ./
RUN test "$(node --print 'require("./package.json").version')" = "${ONNXRUNTIME}" \
  && tar --extract --gzip --file archive.tgz --strip-components=2 --wildcards '*/lib/libonnxruntime_providers_cuda.so' \
    '*/lib/libonnxruntime_providers_shared.so' \
  && rm archive.tgz package.json

FROM ${NODE_IMAGE} AS cpu
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates ffmpeg tini \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=1000 --group=1000 /var/lib/longhand \
  && ln --symbolic /opt/longhand/dist/client/cli/main.js /usr/local/bin/longhand
COPY --from=production /opt/longhand /opt/longhand
ENV NODE_ENV=production LONGHAND_HOME=/var/lib/longhand
WORKDIR /var/lib/longhand
USER 1000:1000
VOLUME /var/lib/longhand
# Asks the Temporal server whether this container's worker polls its queue. A first start fetches the model.
HEALTHCHECK --interval=30s --timeout=15s --retries=3 --start-period=10m --start-interval=5s \
  CMD ["node", "/opt/longhand/dist/workers/health.js"]
ENTRYPOINT ["tini", "--"]
CMD ["longhand", "--help"]

FROM ${CUDA_IMAGE} AS gpu
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=1000 --group=1000 /var/lib/longhand \
  && ln --symbolic /opt/longhand/dist/client/cli/main.js /usr/local/bin/longhand
COPY --from=production /usr/local/bin/node /usr/local/bin/node
COPY --from=production /opt/longhand /opt/longhand
COPY --from=cuda-libraries /opt/onnxruntime /opt/longhand/node_modules/onnxruntime-node/bin/napi-v6/linux/x64
# The image fits the libraries or is not built. The driver's own library comes with the machine.
RUN ldd /opt/longhand/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so > /tmp/libraries \
  && awk '/not found/ && !/libcuda\.so\.1/ { print; missing = 1 } END { exit missing }' /tmp/libraries \
  && rm /tmp/libraries
ENV NODE_ENV=production LONGHAND_HOME=/var/lib/longhand
WORKDIR /var/lib/longhand
USER 1000:1000
VOLUME /var/lib/longhand
HEALTHCHECK --interval=30s --timeout=15s --retries=3 --start-period=10m --start-interval=5s \
  CMD ["node", "/opt/longhand/dist/workers/health.js"]
ENTRYPOINT ["tini", "--"]
CMD ["longhand", "worker", "gpu", "--device", "cuda:0"]

FROM gpu AS test
USER 0:0
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ffmpeg \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln --symbolic ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && chown 1000:1000 /opt/longhand
WORKDIR /opt/longhand
COPY --from=build --chown=1000:1000 /opt/longhand ./
COPY --from=cuda-libraries --chown=1000:1000 /opt/onnxruntime node_modules/onnxruntime-node/bin/napi-v6/linux/x64
COPY --chown=1000:1000 vitest.config.ts ./
COPY --chown=1000:1000 test test
ENV NODE_ENV=test
USER 1000:1000
HEALTHCHECK NONE
CMD ["npm", "run", "test:gpu"]

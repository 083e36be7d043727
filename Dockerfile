# Built with everything it takes, run with only what the server needs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Its install script would fetch libraries for GPUs.
ENV ONNXRUNTIME_NODE_INSTALL=skip
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
# Without the bundles of the runtimes that no container is, and without source maps.
RUN npm run build && rm -r dist/cloudflare dist/edge && find dist node_modules/@electric-sql -name '*js.map' -delete
# Of the embedder's runtime, this machine's build alone; where npm could not install it, nothing.
RUN mkdir -p /runtime && cd node_modules && if [ -d onnxruntime-node ]; then \
  native="onnxruntime-node/bin/napi-v6/linux/$(node -p process.arch)" && \
  cp -r --parents onnxruntime-node/package.json onnxruntime-node/dist "$native" onnxruntime-common /runtime && \
  find /runtime -name '*js.map' -delete; fi
# The model of the embedder in the box; empty leaves it out. Without the hub the image is built without it.
ARG MODEL=Xenova/all-MiniLM-L6-v2
ARG HF_ENDPOINT=https://huggingface.co
RUN mkdir -p dist/models && if [ -n "$MODEL" ]; then \
  node dist/docent.js model fetch "$MODEL" --into dist/models \
  || { echo "NO EMBEDDING MODEL in this image: answers will be found by words alone." && rm -rf dist/models; }; fi

FROM node:24-slim
WORKDIR /app
# WORKDIR is root's whoever USER is, and the data directory has to be written.
RUN mkdir .data && chown node:node .data
COPY --from=build --chown=node:node /app/package.json ./
# The dependencies that are not in the bundle: they read files of their own.
COPY --from=build --chown=node:node /app/node_modules/@electric-sql ./node_modules/@electric-sql
COPY --from=build --chown=node:node /runtime ./node_modules
COPY --from=build --chown=node:node /app/dist ./dist
# Hugging Face runs a Space as uid 1000, which is `node` in this image.
USER node
ENV NODE_ENV=production PORT=7860 DATA_DIR=/app/.data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Without a shell in between, so that SIGTERM arrives.
CMD ["node", "dist/server.js"]

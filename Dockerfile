# Built with everything it takes, run with only what the server needs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:24-slim
WORKDIR /app
# WORKDIR is root's whoever USER is, and the data directory has to be written.
RUN mkdir .data && chown node:node .data
COPY --from=build --chown=node:node /app/package.json ./
# The one dependency that is not in the bundle: it reads files of its own.
COPY --from=build --chown=node:node /app/node_modules/@electric-sql ./node_modules/@electric-sql
COPY --from=build --chown=node:node /app/dist ./dist
# Hugging Face runs a Space as uid 1000, which is `node` in this image.
USER node
ENV NODE_ENV=production PORT=7860 DATA_DIR=/app/.data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Without a shell in between, so that SIGTERM arrives.
CMD ["node", "dist/server.js"]

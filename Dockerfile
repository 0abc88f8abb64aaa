# Builds the package and bakes it into n8n's own image. Main and workers run the same image: a worker without the
# package cannot run its nodes.
# Debian: the development tools bring a Node that wants glibc. The build installs what it needs by itself, as on a fresh
# clone (`npm ci` refuses a lock that lacks the binaries of other platforms).
FROM node:24-bookworm AS build
WORKDIR /package
COPY . .
RUN npm run build && npm pack --pack-destination /tmp

FROM docker.n8n.io/n8nio/n8n:2.40.7
USER root
COPY --from=build /tmp/n8n-nodes-release-gate-*.tgz /tmp/package.tgz
# N8N_USER_FOLDER/.n8n/nodes of a place that no volume covers.
RUN mkdir -p /opt/n8n-packages/n8n-nodes-release-gate \
	&& tar -xzf /tmp/package.tgz -C /opt/n8n-packages/n8n-nodes-release-gate --strip-components=1 \
	&& rm /tmp/package.tgz
COPY --chmod=755 docker-entrypoint.release-gate.sh /docker-entrypoint.release-gate.sh
USER node
# n8n 3 loads packages that n8n has not verified only with this (its list of breaking changes for 3.0).
ENV N8N_UNVERIFIED_PACKAGES_ENABLED=true
ENTRYPOINT ["tini", "--", "/docker-entrypoint.release-gate.sh"]

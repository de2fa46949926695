import { describe, expect, it } from "vitest";
import { readDocument } from "./read-document.ts";

const document = {
  tags: [{ name: "Keys", description: "API keys" }],
  paths: {
    "/api/keys": {
      post: {
        operationId: "createKey",
        summary: "Create a key",
        tags: ["Keys"],
        "x-permission": "keys.write",
        parameters: [{ name: "Idempotency-Key", in: "header", required: false, schema: { type: "string" } }],
        requestBody: {
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["name"],
                properties: {
                  name: { type: "string", description: "shown in lists" },
                  budget: {
                    anyOf: [{ type: "object", properties: { amount: { type: "string" } } }, { type: "null" }],
                  },
                },
              },
            },
          },
        },
        responses: {
          201: {
            description: "Created",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Key" } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Key: { type: "object", properties: { models: { type: "array", items: { type: "string" } } } },
    },
  },
};

describe("the API reference", () => {
  it("shows every operation under its tag, with the fields of body and answer", () => {
    const [group] = readDocument(document);
    const [operation] = group?.operations ?? [];
    expect(group?.tag).toBe("Keys");
    expect(operation).toMatchObject({ method: "POST", path: "/api/keys", permission: "keys.write" });
    expect(operation?.body).toMatchObject([
      { name: "name", type: "string", required: true, description: "shown in lists" },
      { name: "budget", type: "object or null", required: false, fields: [{ name: "amount" }] },
    ]);
    expect(operation?.answers).toMatchObject([
      { status: "201", type: "Key", fields: [{ name: "models", type: "string[]" }] },
    ]);
  });

  it("survives a document without anything in it", () => {
    expect(readDocument(null)).toEqual([]);
  });
});

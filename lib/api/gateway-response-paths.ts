type Json = Record<string, unknown>;
/** How a path's operation is described, by what is its own. */
type Describe = (spec: { id: string; summary: string; body?: Json; answers: Json }) => Json;

/** OpenAI's Responses: made here, kept by the channel's provider. */
export function responsePaths(call: Describe): Json {
  const whole = { "application/json": { schema: { $ref: "#/components/schemas/Response" } } };
  const stream = {
    "text/event-stream": {
      schema: {
        type: "string",
        description: "With `stream: true`: `response.created` to `response.completed`",
      },
    },
  };
  const any = { "application/json": { schema: { type: "object", description: "OpenAI's answer" } } };
  const body = { $ref: "#/components/schemas/ResponsesRequest" };
  const parameters = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
  const about = (id: string, summary: string, answers: Json) => ({
    ...call({ id, summary, answers }),
    parameters,
  });
  return {
    "/v1/responses": {
      post: call({
        ...{ id: "createResponse", summary: "A response, streamed or not", body },
        answers: { ...whole, ...stream },
      }),
    },
    "/v1/responses/{id}": {
      get: about("getResponse", "A response of this account; costs nothing", whole),
      delete: about("deleteResponse", "Has the provider forget a response; costs nothing", any),
    },
    "/v1/responses/{id}/input_items": {
      get: about("listResponseInputItems", "What a response was asked; costs nothing", any),
    },
  };
}

export const responseSchemas: Json = {
  ResponsesRequest: {
    type: "object",
    required: ["model"],
    description:
      "OpenAI's request. Fields not named here are handed to the upstream as they are, but for what has no price or lies in the provider's account: `background`, `conversation`, `prompt`, tools that run at the provider, references to its items and files are refused with `unsupported_field`.",
    properties: {
      model: { type: "string" },
      input: { description: "a text, or a list of items" },
      instructions: { type: "string" },
      stream: { type: "boolean" },
      max_output_tokens: { type: "integer" },
      tools: { type: "array", items: { type: "object" } },
      previous_response_id: {
        type: "string",
        description: "asked of the channel that made it, and of no other",
      },
      store: { type: "boolean" },
    },
    additionalProperties: true,
  },
  Response: {
    type: "object",
    description: "OpenAI's answer, with ids of our own",
    additionalProperties: true,
  },
};

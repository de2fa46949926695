import type { GatewayPart } from "./openapi.ts";

type Json = Record<string, unknown>;

/** Error codes of the gateway by status, as its callers see them. A test compares with the gateway's catalogue. */
export const gatewayCodes: Record<number, readonly string[]> = {
  400: ["invalid_request", "unsupported_field"],
  401: ["invalid_api_key", "key_disabled", "key_expired"],
  402: ["insufficient_balance", "budget_exceeded"],
  403: ["ip_not_allowed", "blocked", "model_not_allowed", "account_suspended"],
  404: ["model_not_found", "not_found"],
  405: ["method_not_allowed"],
  413: ["request_too_large"],
  429: ["rate_limit_exceeded", "request_exceeds_limit"],
  500: ["internal_error", "server_interrupted"],
  502: ["upstream_error", "upstream_blocked"],
  503: ["model_not_priced", "no_channel_available", "overloaded", "gateway_paused"],
  504: ["upstream_timeout"],
};

/** The gateway's paths: OpenAI's own shapes, so only what one needs to know is written down here. */
export const gatewayPart: GatewayPart = {
  tags: [{ name: "Gateway", description: "The OpenAI protocol. Point any OpenAI client at /v1." }],
  paths: {
    "/v1/chat/completions": {
      post: call({
        id: "createChatCompletion",
        summary: "Chat completion, streamed or not",
        body: { $ref: "#/components/schemas/ChatCompletionRequest" },
        answers: {
          "application/json": { schema: { $ref: "#/components/schemas/ChatCompletion" } },
          "text/event-stream": {
            schema: { type: "string", description: "With `stream: true`: chunks, then `data: [DONE]`" },
          },
        },
      }),
    },
    "/v1/images/generations": {
      post: call({
        id: "createImages",
        summary: "Images from a text, answered whole",
        body: { $ref: "#/components/schemas/ImagesRequest" },
        answers: { "application/json": { schema: { $ref: "#/components/schemas/Images" } } },
      }),
    },
    "/v1/models": {
      get: call({
        id: "listGatewayModels",
        summary: "Models that this key may use",
        answers: { "application/json": { schema: { $ref: "#/components/schemas/GatewayModelList" } } },
      }),
    },
    "/v1/models/{model}": {
      get: {
        ...call({
          id: "getGatewayModel",
          summary: "One model; its id may contain slashes, plain or percent-encoded",
          answers: { "application/json": { schema: { $ref: "#/components/schemas/GatewayModel" } } },
        }),
        parameters: [{ name: "model", in: "path", required: true, schema: { type: "string" } }],
      },
    },
  },
  schemas: {
    GatewayError: {
      type: "object",
      required: ["error"],
      properties: {
        error: {
          type: "object",
          required: ["message", "type", "code", "param"],
          properties: {
            message: { type: "string" },
            type: { type: "string" },
            code: { type: "string", enum: Object.values(gatewayCodes).flat() },
            param: { type: ["string", "null"] },
          },
        },
      },
    },
    ChatCompletionRequest: {
      type: "object",
      required: ["model", "messages"],
      description: "OpenAI's request. Fields not named here are handed to the upstream as they are.",
      properties: {
        model: { type: "string" },
        messages: { type: "array", items: { type: "object" } },
        stream: { type: "boolean" },
        stream_options: { type: "object", properties: { include_usage: { type: "boolean" } } },
        max_tokens: { type: "integer" },
        max_completion_tokens: { type: "integer" },
        n: { type: "integer" },
      },
      additionalProperties: true,
    },
    ChatCompletion: { type: "object", description: "OpenAI's answer", additionalProperties: true },
    ImagesRequest: {
      type: "object",
      required: ["model", "prompt"],
      description: "OpenAI's request. Fields not named here are handed to the upstream as they are.",
      properties: {
        model: { type: "string" },
        prompt: { type: "string" },
        n: { type: "integer", description: "how many; each counts for the limit on images per minute" },
        size: { type: "string" },
        quality: { type: "string" },
        response_format: { type: "string", enum: ["url", "b64_json"] },
      },
      additionalProperties: true,
    },
    Images: {
      type: "object",
      description: "OpenAI's answer",
      required: ["created", "data"],
      properties: {
        created: { type: "integer" },
        data: {
          type: "array",
          items: { type: "object", properties: { url: { type: "string" }, b64_json: { type: "string" } } },
        },
      },
      additionalProperties: true,
    },
    GatewayModel: {
      type: "object",
      required: ["id", "object", "created", "owned_by"],
      properties: {
        id: { type: "string" },
        object: { const: "model" },
        created: { type: "integer" },
        owned_by: { type: "string" },
      },
    },
    GatewayModelList: {
      type: "object",
      required: ["object", "data"],
      properties: {
        object: { const: "list" },
        data: { type: "array", items: { $ref: "#/components/schemas/GatewayModel" } },
      },
    },
  },
};

function call(spec: { id: string; summary: string; body?: Json; answers: Json }): Json {
  return {
    operationId: spec.id,
    summary: spec.summary,
    tags: ["Gateway"],
    security: [{ apiKey: [] }],
    ...(spec.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: spec.body } } } }),
    responses: { 200: { description: "OK", headers: answerHeaders(), content: spec.answers }, ...refusals() },
  };
}

function refusals(): Json {
  const answers = Object.entries(gatewayCodes).map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\``).join(", "),
      headers: answerHeaders(),
      content: { "application/json": { schema: { $ref: "#/components/schemas/GatewayError" } } },
    },
  ]);
  return Object.fromEntries(answers) as Json;
}

function answerHeaders(): Json {
  return { "x-request-id": { description: "The request log row's id", schema: { type: "string" } } };
}

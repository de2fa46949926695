import { audioPaths, audioSchemas } from "./gateway-audio-paths.ts";
import { imageFormPaths, imageFormSchemas } from "./gateway-image-paths.ts";
import { responsePaths, responseSchemas } from "./gateway-response-paths.ts";
import { taskPaths } from "./gateway-task-paths.ts";
import { geminiVectorPaths, textPaths, textSchemas } from "./gateway-text-paths.ts";
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

/** The gateway's paths: its protocols' own shapes, so only what one needs to know is written down here. */
export const gatewayPart: GatewayPart = {
  tags: [
    {
      name: "Gateway",
      description: "The protocols of OpenAI, Anthropic and Google. Point any client of theirs here.",
    },
  ],
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
    "/v1/messages": {
      post: call({
        id: "createMessage",
        summary: "Anthropic's Messages, streamed or not",
        body: { $ref: "#/components/schemas/MessagesRequest" },
        answers: {
          "application/json": { schema: { type: "object", description: "Anthropic's message" } },
          "text/event-stream": {
            schema: { type: "string", description: "With `stream: true`: `message_start` to `message_stop`" },
          },
        },
        error: "AnthropicError",
      }),
    },
    "/v1/messages/count_tokens": {
      post: call({
        id: "countMessageTokens",
        summary: "How many tokens a message's prompt is; costs nothing",
        body: { $ref: "#/components/schemas/MessagesRequest" },
        answers: {
          "application/json": {
            schema: { type: "object", properties: { input_tokens: { type: "integer" } } },
          },
        },
        error: "AnthropicError",
      }),
    },
    ...geminiPaths(),
    ...geminiVectorPaths(call),
    ...responsePaths(call),
    ...audioPaths(call),
    ...imageFormPaths(call),
    "/v1/embeddings": {
      post: call({
        id: "createEmbeddings",
        summary: "Vectors of texts or of lists of tokens; only what goes in is billed",
        body: { $ref: "#/components/schemas/EmbeddingsRequest" },
        answers: { "application/json": { schema: { $ref: "#/components/schemas/Embeddings" } } },
      }),
    },
    ...textPaths(call),
    "/v1/images/generations": {
      post: call({
        id: "createImages",
        summary: "Images from a text, answered whole",
        body: { $ref: "#/components/schemas/ImagesRequest" },
        answers: { "application/json": { schema: { $ref: "#/components/schemas/Images" } } },
      }),
    },
    ...taskPaths(call),
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
    AnthropicError: {
      type: "object",
      description: "Anthropic's envelope, with our code in it",
      required: ["type", "error", "request_id"],
      properties: {
        type: { const: "error" },
        error: {
          type: "object",
          required: ["type", "message", "code"],
          properties: {
            type: { type: "string" },
            message: { type: "string" },
            code: { type: "string", enum: Object.values(gatewayCodes).flat() },
          },
        },
        request_id: { type: "string" },
      },
    },
    GeminiError: {
      type: "object",
      description: "Google's envelope; our code is the reason in its ErrorInfo",
      required: ["error"],
      properties: {
        error: {
          type: "object",
          required: ["code", "message", "status", "details"],
          properties: {
            code: { type: "integer" },
            message: { type: "string" },
            status: { type: "string" },
            details: { type: "array", items: { type: "object" } },
          },
        },
      },
    },
    MessagesRequest: {
      type: "object",
      required: ["model", "messages"],
      description: "Anthropic's request. What cannot be kept is refused with `unsupported_field`.",
      properties: {
        model: { type: "string" },
        max_tokens: { type: "integer", description: "required, but for a count" },
        messages: { type: "array", items: { type: "object" } },
        system: {},
        stream: { type: "boolean" },
        stop_sequences: { type: "array", items: { type: "string" } },
        temperature: { type: "number" },
        top_p: { type: "number" },
        metadata: { type: "object" },
        tools: { type: "array", items: { type: "object" } },
        tool_choice: { type: "object" },
      },
      additionalProperties: false,
    },
    GenerateContentRequest: {
      type: "object",
      required: ["contents"],
      description: "Google's request. What cannot be kept is refused with `unsupported_field`.",
      properties: {
        contents: { type: "array", items: { type: "object" } },
        systemInstruction: { type: "object" },
        generationConfig: { type: "object" },
        tools: { type: "array", items: { type: "object" } },
        toolConfig: { type: "object" },
        safetySettings: { type: "array", items: { type: "object" } },
      },
      additionalProperties: false,
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
    ...responseSchemas,
    ...audioSchemas,
    ...imageFormSchemas,
    EmbeddingsRequest: {
      type: "object",
      required: ["model", "input"],
      description: "OpenAI's request. Fields not named here are handed to the upstream as they are.",
      properties: {
        model: { type: "string" },
        input: { description: "a text, a list of tokens, or a list of at most 2,048 of either" },
        dimensions: { type: "integer" },
        encoding_format: { type: "string", enum: ["float", "base64"] },
      },
      additionalProperties: true,
    },
    Embeddings: {
      type: "object",
      description: "OpenAI's answer",
      required: ["object", "data"],
      properties: {
        object: { const: "list" },
        data: { type: "array", items: { type: "object" } },
        model: { type: "string" },
        usage: { type: "object", properties: { prompt_tokens: { type: "integer" } } },
      },
      additionalProperties: true,
    },
    ...textSchemas,
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

/** Google's three methods of a model. */
function geminiPaths(): Json {
  const whole = { "application/json": { schema: { type: "object", description: "Google's answer" } } };
  const stream = {
    "text/event-stream": { schema: { type: "string", description: "With `alt=sse`: answers as events" } },
    "application/json": { schema: { type: "array", items: { type: "object" } } },
  };
  const tokens = { type: "object", properties: { totalTokens: { type: "integer" } } };
  const verbs = [
    ["generateContent", "Google's generateContent", whole],
    ["streamGenerateContent", "The same as a stream", stream],
    ["countTokens", "How many tokens a prompt is; costs nothing", { "application/json": { schema: tokens } }],
  ] as const;
  const model = { name: "model", in: "path", required: true, schema: { type: "string" } };
  const alt = { name: "alt", in: "query", required: false, schema: { type: "string", enum: ["sse"] } };
  return Object.fromEntries(
    verbs.map(([verb, summary, answers]) => {
      const body = { $ref: "#/components/schemas/GenerateContentRequest" };
      const post = call({ id: verb, summary, body, answers, error: "GeminiError" });
      const parameters = verb === "streamGenerateContent" ? [model, alt] : [model];
      return [`/v1beta/models/{model}:${verb}`, { post: { ...post, parameters } }];
    }),
  );
}

type Spec = { id: string; summary: string; body?: Json; answers: Json; error?: string };

function call(spec: Spec): Json {
  return {
    operationId: spec.id,
    summary: spec.summary,
    tags: ["Gateway"],
    security: [{ apiKey: [] }],
    ...(spec.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: spec.body } } } }),
    responses: {
      200: { description: "OK", headers: answerHeaders(), content: spec.answers },
      ...refusals(spec.error),
    },
  };
}

function refusals(error = "GatewayError"): Json {
  const answers = Object.entries(gatewayCodes).map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\``).join(", "),
      headers: answerHeaders(),
      content: { "application/json": { schema: { $ref: `#/components/schemas/${error}` } } },
    },
  ]);
  return Object.fromEntries(answers) as Json;
}

function answerHeaders(): Json {
  return { "x-request-id": { description: "The request log row's id", schema: { type: "string" } } };
}

type Json = Record<string, unknown>;
/** How a path's operation is described, by what is its own. */
type Describe = (spec: { id: string; summary: string; body?: Json; answers: Json; error?: string }) => Json;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string): Json => ({ "application/json": { schema: ref(name) } });

/** OpenAI's, Cohere's and Jina's paths that take texts and are no chat. */
export function textPaths(call: Describe): Json {
  return {
    "/v1/completions": {
      post: call({
        id: "createCompletion",
        summary: "A text goes on, streamed or not",
        body: ref("CompletionRequest"),
        answers: {
          ...json("Completion"),
          "text/event-stream": {
            schema: { type: "string", description: "With `stream: true`: chunks, then `data: [DONE]`" },
          },
        },
      }),
    },
    "/v1/rerank": {
      post: call({
        id: "createRanking",
        summary: "Documents by how well they answer a query; what goes in is billed, or the call",
        body: ref("RerankRequest"),
        answers: json("Ranking"),
      }),
    },
    "/v1/moderations": {
      post: call({
        id: "createModeration",
        summary: "What is harmful in texts and images; OpenAI's own models cost nothing",
        body: ref("ModerationRequest"),
        answers: json("Moderation"),
      }),
    },
  };
}

/** Google's two methods of a model that makes vectors. */
export function geminiVectorPaths(call: Describe): Json {
  const parameters = [{ name: "model", in: "path", required: true, schema: { type: "string" } }];
  const verbs = [
    ["embedContent", "The vector of a content", "EmbedContentRequest", "embedding"],
    ["batchEmbedContents", "The vectors of up to 100 contents", "BatchEmbedContentsRequest", "embeddings"],
  ] as const;
  const paths = verbs.map(([id, summary, request, made]) => {
    const schema = { type: "object", description: "Google's answer", required: [made] };
    const answers = { "application/json": { schema } };
    const post = call({ id, summary, body: ref(request), answers, error: "GeminiError" });
    return [`/v1beta/models/{model}:${id}`, { post: { ...post, parameters } }];
  });
  return Object.fromEntries(paths);
}

export const textSchemas: Json = {
  EmbedContentRequest: {
    type: "object",
    required: ["content"],
    description: "Google's request. What cannot be kept is refused with `unsupported_field`.",
    properties: {
      model: { type: "string", description: "the path's, as `models/{model}`" },
      content: { type: "object", description: "`parts` with a `text` each" },
      outputDimensionality: { type: "integer", minimum: 1 },
      taskType: {
        type: "string",
        description: "a hint: upstreams of OpenAI's embeddings know no kinds of tasks",
      },
    },
    additionalProperties: false,
  },
  BatchEmbedContentsRequest: {
    type: "object",
    required: ["requests"],
    properties: {
      requests: { type: "array", minItems: 1, maxItems: 100, items: ref("EmbedContentRequest") },
    },
    additionalProperties: false,
  },
  CompletionRequest: {
    type: "object",
    required: ["model", "prompt"],
    description: "OpenAI's request. Fields not named here are handed to the upstream as they are.",
    properties: {
      model: { type: "string" },
      prompt: { description: "a text, a list of tokens, or a list of at most 2,048 of either" },
      suffix: { type: "string" },
      max_tokens: { type: "integer", minimum: 0, description: "without it the upstream's own limit holds" },
      n: { type: "integer", minimum: 1, maximum: 128 },
      best_of: { type: "integer", minimum: 1, maximum: 128, description: "all that are tried are billed" },
      echo: { type: "boolean" },
      stream: { type: "boolean" },
      stream_options: { type: "object", properties: { include_usage: { type: "boolean" } } },
    },
    additionalProperties: true,
  },
  Completion: {
    type: "object",
    description: "OpenAI's answer",
    properties: {
      object: { const: "text_completion" },
      choices: { type: "array", items: { type: "object", properties: { text: { type: "string" } } } },
      usage: { type: "object" },
    },
    additionalProperties: true,
  },
  RerankRequest: {
    type: "object",
    required: ["model", "query", "documents"],
    description: "Cohere's and Jina's request. Fields not named here are handed to the upstream as they are.",
    properties: {
      model: { type: "string" },
      query: { type: "string" },
      documents: {
        type: "array",
        minItems: 1,
        maxItems: 10_000,
        description: "texts, or objects with a `text`; at most 100 for a model that is sold by the call",
        items: { type: ["string", "object"] },
      },
      top_n: { type: "integer", minimum: 1 },
      return_documents: { type: "boolean" },
    },
    additionalProperties: true,
  },
  ModerationRequest: {
    type: "object",
    required: ["input"],
    description: "OpenAI's request",
    properties: {
      model: { type: "string", default: "omni-moderation-latest" },
      input: {
        description:
          "a text, a list of at most 2,048 texts, or of parts (`text`, `image_url`); a million characters in all",
      },
    },
    additionalProperties: true,
  },
  Moderation: {
    type: "object",
    description: "OpenAI's answer",
    required: ["results"],
    properties: {
      id: { type: "string" },
      model: { type: "string" },
      results: {
        type: "array",
        items: { type: "object", required: ["flagged"], properties: { flagged: { type: "boolean" } } },
      },
    },
    additionalProperties: true,
  },
  Ranking: {
    type: "object",
    description: "The upstream's answer, in Cohere's or Jina's shape",
    properties: {
      results: {
        type: "array",
        items: {
          type: "object",
          required: ["index", "relevance_score"],
          properties: {
            index: { type: "integer" },
            relevance_score: { type: "number" },
            document: { type: ["object", "string"] },
          },
        },
      },
      usage: { type: "object", properties: { total_tokens: { type: "integer" } } },
      meta: { type: "object" },
    },
    additionalProperties: true,
  },
};

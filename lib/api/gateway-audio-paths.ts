type Json = Record<string, unknown>;
type Call = (spec: { id: string; summary: string; body?: Json; answers: Json }) => Json;

const binary = { schema: { type: "string", format: "binary" } };

/** OpenAI's calls about sound. */
export function audioPaths(call: Call): Json {
  return {
    "/v1/audio/speech": {
      post: call({
        id: "createSpeech",
        summary: "Sound of a text, as it comes; counts as one audio",
        body: { $ref: "#/components/schemas/SpeechRequest" },
        answers: {
          "audio/*": binary,
          "application/octet-stream": binary,
          "text/event-stream": {
            schema: {
              type: "string",
              description: 'With `stream_format: "sse"`: `speech.audio.delta`, then `speech.audio.done`',
            },
          },
        },
      }),
    },
  };
}

export const audioSchemas: Json = {
  SpeechRequest: {
    type: "object",
    required: ["model", "input"],
    description: "OpenAI's request. Fields not named here are handed to the upstream as they are.",
    properties: {
      model: { type: "string" },
      input: {
        type: "string",
        description: "what to say; where the model is sold so, each code point is billed",
      },
      voice: {},
      instructions: { type: "string" },
      response_format: { type: "string" },
      speed: { type: "number", minimum: 0.25, maximum: 4 },
      stream_format: { type: "string", enum: ["audio", "sse"] },
    },
    additionalProperties: true,
  },
};

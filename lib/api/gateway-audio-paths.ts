type Json = Record<string, unknown>;
type Call = (spec: { id: string; summary: string; body?: Json; answers: Json }) => Json;

const binary = { schema: { type: "string", format: "binary" } };

/** A body that comes as a form. */
export const form = (schema: string): Json => ({
  required: true,
  content: { "multipart/form-data": { schema: { $ref: `#/components/schemas/${schema}` } } },
});

/** OpenAI's calls about sound. */
export function audioPaths(call: Call): Json {
  return {
    "/v1/audio/transcriptions": { post: transcript(call, "createTranscription", "The text of a recording") },
    "/v1/audio/translations": {
      post: transcript(call, "createTranslation", "The English text of a recording"),
    },
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

function transcript(call: Call, id: string, summary: string): Json {
  const answers = {
    "application/json": { schema: { type: "object", description: "OpenAI's answer" } },
    "text/event-stream": {
      schema: {
        type: "string",
        description: "With `stream: true`: `transcript.text.delta`, then `transcript.text.done`",
      },
    },
    "text/plain": { schema: { type: "string", description: "With `response_format` text, srt or vtt" } },
  };
  return {
    ...call({ id, summary: `${summary}; counts as one audio`, answers }),
    requestBody: form("TranscriptionRequest"),
  };
}

export const audioSchemas: Json = {
  TranscriptionRequest: {
    type: "object",
    required: ["model", "file"],
    description: "OpenAI's form. Fields not named here are handed to the upstream as they are.",
    properties: {
      model: { type: "string" },
      file: { type: "string", format: "binary", description: "one file; the whole form is at most 32 MB" },
      prompt: { type: "string" },
      language: { type: "string" },
      stream: { type: "boolean" },
      response_format: {
        type: "string",
        enum: ["json", "text", "srt", "verbose_json", "vtt", "diarized_json"],
      },
    },
    additionalProperties: true,
  },
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

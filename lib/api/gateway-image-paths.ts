import { form } from "./gateway-audio-paths.ts";

type Json = Record<string, unknown>;
type Call = (spec: { id: string; summary: string; body?: Json; answers: Json }) => Json;

/** OpenAI's calls that make images of images. */
export function imageFormPaths(call: Call): Json {
  const answers = { "application/json": { schema: { $ref: "#/components/schemas/Images" } } };
  const edits = form("ImageEditsForm");
  const named = { "application/json": { schema: { $ref: "#/components/schemas/ImageEditsRequest" } } };
  return {
    "/v1/images/edits": {
      post: {
        ...call({ id: "editImages", summary: "Images made of others and a text", answers }),
        requestBody: { ...edits, content: { ...(edits.content as Json), ...named } },
      },
    },
    "/v1/images/variations": {
      post: {
        ...call({ id: "varyImage", summary: "Images like another one", answers }),
        requestBody: form("ImageVariationsForm"),
      },
    },
  };
}

const file = { type: "string", format: "binary" };
const asked = { model: { type: "string" }, size: { type: "string" }, quality: { type: "string" } };
const count = { type: "integer", description: "how many; each counts for the limit on images per minute" };
const passed = "Fields not named here are handed to the upstream as they are.";

export const imageFormSchemas: Json = {
  ImageEditsForm: {
    type: "object",
    required: ["model", "prompt", "image"],
    description: `OpenAI's form, at most 32 MB. Several images are \`image[]\`, 16 at most. ${passed}`,
    properties: { ...asked, prompt: { type: "string" }, n: count, image: file, mask: file },
    additionalProperties: true,
  },
  ImageEditsRequest: {
    type: "object",
    required: ["model", "prompt", "images"],
    description: `OpenAI's request. ${passed}`,
    properties: {
      ...asked,
      prompt: { type: "string" },
      n: count,
      images: {
        type: "array",
        maxItems: 16,
        items: { type: "object", properties: { image_url: { type: "string" } } },
      },
      mask: { type: "object" },
    },
    additionalProperties: true,
  },
  ImageVariationsForm: {
    type: "object",
    required: ["model", "image"],
    description: `OpenAI's form, at most 32 MB. ${passed}`,
    properties: { ...asked, n: count, image: file },
    additionalProperties: true,
  },
};

type Json = Record<string, unknown>;
type Describe = (spec: { id: string; summary: string; body?: Json; answers: Json }) => Json;

const taskRequest = {
  type: "object",
  description:
    "The provider's own request, handed on as it is. `model_name` is a checkpoint: priced and limited is the task's model.",
  properties: {
    request: {
      type: "object",
      properties: {
        image_num: { type: "integer", description: "how many images; each counts for the limit on images" },
        duration: { description: "seconds of video" },
      },
      additionalProperties: true,
    },
  },
  additionalProperties: true,
};
const task = { name: "task", in: "path", required: true, schema: { type: "string" } };
const json = (description: string) => ({
  "application/json": { schema: { type: "object", description, additionalProperties: true } },
});

const videoRequest = {
  type: "object",
  required: ["model", "prompt"],
  description:
    "OpenAI's request, as JSON or as a form without files. Fields not named here are handed on as they are.",
  properties: {
    model: { type: "string" },
    prompt: { type: "string" },
    seconds: {
      type: "string",
      description: "whole seconds, 4 where nothing is said: what is held, and billed at most",
    },
    size: { type: "string" },
  },
  additionalProperties: true,
};
const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  schema: { type: "string", maxLength: 255 },
  description: "the first task again for 24 hours; another body under it is refused",
};
const query = (name: string, required: boolean, more: Json = {}) => ({
  ...{ name, in: "query", required },
  schema: { type: "string", ...more },
});
const videoId = { name: "id", in: "path", required: true, schema: { type: "string" } };

/** The tasks of /v3 and the videos. `describe` makes an operation of the gateway's. */
export function taskPaths(describe: Describe): Json {
  return {
    "/v3/{task}": {
      post: {
        ...describe({
          id: "runTask",
          summary: "An image task, answered with what it made",
          body: taskRequest,
          answers: json("the provider's answer"),
        }),
        parameters: [task],
      },
    },
    "/v3/async/{task}": {
      post: {
        ...describe({
          id: "createTask",
          summary: "An image or video task: answered with its id, billed when it has succeeded",
          body: taskRequest,
          answers: json("`task_id`"),
        }),
        parameters: [task, idempotencyKey],
      },
    },
    "/v3/async/task-result": {
      get: {
        ...describe({
          id: "getTaskResult",
          summary: "How a task stands, and what it made, as upstream has it now",
          answers: json("`task` with `status`, `images`, `videos`"),
        }),
        parameters: [query("task_id", true)],
      },
    },
    ...videoPaths(describe),
  };
}

function videoPaths(describe: Describe): Json {
  const video = json("OpenAI's video");
  const film = { "video/mp4": { schema: { type: "string", format: "binary" } } };
  const get = (id: string, summary: string, answers: Json, more: Json[] = []) => ({
    ...describe({ id, summary, answers }),
    parameters: [videoId, ...more],
  });
  const create = {
    id: "createVideo",
    summary: "A video: answered with its id, billed by the second when it is completed",
  };
  const variant = query("variant", false, { enum: ["video", "thumbnail", "spritesheet"] });
  return {
    "/v1/videos": {
      post: { ...describe({ ...create, body: videoRequest, answers: video }), parameters: [idempotencyKey] },
    },
    "/v1/videos/{id}": {
      get: get("getVideo", "How a video stands", video),
      delete: get("deleteVideo", "Deletes a video that has ended", json("`deleted`")),
    },
    "/v1/videos/{id}/content": {
      get: get("getVideoContent", "The video itself, once it is completed", film, [variant]),
    },
  };
}

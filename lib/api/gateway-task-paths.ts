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

/** The tasks of /v3. `describe` makes an operation of the gateway's. */
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
  };
}

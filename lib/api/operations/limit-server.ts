import { z } from "zod";
import { operation } from "#lib/api/operation";
import { limitServerAnswer, putLimitServerBody } from "#lib/limits/server-schema";
import { deleteLimitServer, describeLimitServer, putLimitServer } from "#lib/limits/server-service";

const shared = { tag: "Limits", path: "/api/limit-server" } as const;

export const getLimitServer = operation({
  ...shared,
  id: "getLimitServer",
  method: "GET",
  summary: "Where limits are counted, and whether it answers",
  permission: "settings.read",
  answer: limitServerAnswer,
  run: () => describeLimitServer(),
});

export const putLimitServerOperation = operation({
  ...shared,
  id: "putLimitServer",
  method: "PUT",
  summary: "Enter the Valkey or Redis that counts limits for all nodes; it has to answer",
  permission: "settings.write",
  body: putLimitServerBody,
  answer: limitServerAnswer,
  stepUp: true,
  run: ({ actor, body }) => putLimitServer(actor, body),
});

export const deleteLimitServerOperation = operation({
  ...shared,
  id: "deleteLimitServer",
  method: "DELETE",
  summary: "Forget the server entered by form; REDIS_URL counts again, if it is set",
  permission: "settings.write",
  answer: z.void(),
  status: 204,
  stepUp: true,
  run: ({ actor }) => deleteLimitServer(actor),
});

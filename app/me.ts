import { cache } from "react";
import type { Me } from "#components/shell/me";
import { getMe } from "#lib/api/operations/me";
import { answerOf } from "./answer.ts";

/** Who asks for the page, once per request; undefined for those who are not signed in. */
export const readMe = cache(() => answerOf<Me>(getMe, "/api/me"));

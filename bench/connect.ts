import { type Operator, signIn, withToken } from "./operator.ts";

/** The options that every tool here has: which gateway, and who speaks to its management API. */
export const connectOptions = {
  url: {
    type: "string",
    default: process.env.PUBLIC_URL ?? `http://127.0.0.1:${process.env.PORT ?? "3000"}`,
  },
  email: { type: "string", default: process.env.OWNER_EMAIL ?? "" },
  password: { type: "string", default: process.env.OWNER_PASSWORD ?? "" },
  token: { type: "string", default: "" },
} as const;

/** By token if there is one, else with e-mail and password. Throws with what to set if there is neither. */
export async function connect(values: {
  url: string;
  email: string;
  password: string;
  token: string;
}): Promise<Operator> {
  const url = values.url.replace(/\/+$/, "");
  if (values.token) return withToken(url, values.token);
  if (!values.email || !values.password) {
    throw new Error("who signs in? Set OWNER_EMAIL and OWNER_PASSWORD, or give --token tgm_…");
  }
  return signIn(url, { email: values.email, password: values.password });
}

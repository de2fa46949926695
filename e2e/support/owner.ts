import { type Operator, signIn } from "#bench/operator";

/** Whom every test gateway is started with. */
export const OWNER = { email: "owner@example.com", password: "correct horse battery staple" };

export function signInOwner(url: string): Promise<Operator> {
  return signIn(url, OWNER);
}

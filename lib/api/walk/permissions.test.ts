import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPersonal } from "#lib/api/customer-scope";
import type { Operation } from "#lib/api/operation";
import { operations } from "#lib/api/operations/index";
import { publicPath } from "#lib/api/path";
import { startTestConsole } from "#lib/api/testing";
import { can, canInAccount } from "#lib/auth/can";
import { type Caller, call, callers, makeSide, pathOf, personOf, type Side } from "./testing.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
const people = new Map<Caller, string>();
beforeAll(async () => {
  app = await startTestConsole({ seeded: true });
  for (const role of ["support", "operator", "owner"] as const) people.set(role, await personOf(role));
});
afterAll(() => app.stop());

/** What the declarations promise. */
function isPromised(operation: Operation, caller: Caller): boolean {
  if (operation.permission === "public") return true;
  if (caller === "nobody") return false;
  if (caller !== "admin" && caller !== "member") return can(caller, operation.permission);
  if (isPersonal(operation)) return true;
  return operation.customers !== undefined && canInAccount(caller, operation.permission);
}

async function isAllowed(operation: Operation, caller: Caller, side: Side): Promise<boolean> {
  const userId = caller === "admin" || caller === "member" ? side[caller] : people.get(caller);
  const isInBody = operation.customers?.account === "body";
  const body = { accountId: side.accountId, noSuchField: true };
  const answer = await call(operation, pathOf(operation, side), userId, isInBody ? body : undefined);
  expect(answer.code, `${operation.id} as ${caller}: ${answer.text}`).not.toBe("internal");
  return answer.status !== 401 && answer.status !== 403;
}

/** Without a body that could be refused it is done, once it is allowed: the next caller needs a thing of their own. */
function doesRun({ method, body }: Operation): boolean {
  return method !== "GET" && body === undefined;
}

describe("the table of permissions", () => {
  it("is what every operation does for everybody, and stands in docs/permissions.md", async () => {
    const lines: string[] = [];
    const standing = await makeSide();
    for (const operation of operations) {
      const marks: string[] = [];
      for (const caller of callers) {
        const allowed = await isAllowed(operation, caller, doesRun(operation) ? await makeSide() : standing);
        expect(allowed, `${operation.id} as ${caller}`).toBe(isPromised(operation, caller));
        marks.push(allowed ? "✓" : "");
      }
      const route = `\`${operation.method} ${publicPath(operation.path)}\``;
      lines.push(`| ${[route, operation.permission, ...marks].join(" | ")} |`);
    }
    await expect(documentOf(lines)).toMatchFileSnapshot("../../../docs/permissions.md");
  }, 240_000);
});

function documentOf(lines: readonly string[]): string {
  const head = ["Route", "Permission", "nobody", "admin", "member", "support", "operator", "owner"];
  return `# Permissions

Who may do what on the management API. This file is written by the test that tries it
(lib/api/walk/permissions.test.ts): every route, as everybody, over HTTP shapes on a real database. After a new
operation write it anew: \`node_modules/.bin/node node_modules/vitest/vitest.mjs run lib/api/walk -u\`.

- **owner, operator, support** are people of the console; a management token has one of these roles.
- **admin, member** are customers: people who belong to an account. They see that account alone; every other
  account's things are answered 404, and so are the operators' pages.
- Some writes also ask for a password entered in the last 15 minutes. Inviting someone to the console through
  \`POST /api/invitations\` needs \`users.write\` besides.

| ${head.join(" | ")} |
|${head.map(() => "---").join("|")}|
${lines.join("\n")}
`;
}

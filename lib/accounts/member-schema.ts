import { z } from "zod";
import { memberRoles } from "#lib/auth/can";
import { pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { emailInput } from "#lib/users/schema";

/** A person who belongs to an account. */
export const memberAnswer = z
  .object({
    userId: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(memberRoles).meta({ description: "admin: may also invite and remove members" }),
    status: z.enum(["active", "disabled"]),
    createdAt: timeAnswer.meta({ description: "when they became a member" }),
  })
  .meta({ id: "Member" });

/** An account that a person belongs to. */
export const accountOfUserAnswer = z
  .object({
    accountId: z.string(),
    name: z.string(),
    role: z.enum(memberRoles),
    isLastAdmin: z.boolean().meta({ description: "without them the account would have no admin" }),
  })
  .meta({ id: "AccountOfUser" });
export const accountsOfUser = z.object({ items: z.array(accountOfUserAnswer) });

export const memberParams = z.object({ id: z.string(), userId: z.string() });
export const listMembersQuery = z.strictObject(pageFields);
export const memberPage = pageAnswer(memberAnswer);

export const inviteMemberBody = z.strictObject({
  email: emailInput,
  role: z.enum(memberRoles).default("member"),
});
export const updateMemberBody = z.strictObject({ role: z.enum(memberRoles) });

export type AccountOfUser = z.infer<typeof accountOfUserAnswer>;
export type Member = z.infer<typeof memberAnswer>;
export type ListMembers = z.infer<typeof listMembersQuery>;

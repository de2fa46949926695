/** What a person or a program may be. Each role may at least what the roles after it may. */
export const roles = ["owner", "operator", "support", "customer"] as const;
export type Role = (typeof roles)[number];

/** Every permission of the management API: `resource.read` or `resource.write`. */
export const actions = [
  "me.read",
  "me.write",
  "overview.read",
  "accounts.read",
  "accounts.write",
  "members.read",
  "members.write",
  "keys.read",
  "keys.write",
  "channels.read",
  "channels.write",
  "groups.read",
  "groups.write",
  "models.read",
  "models.write",
  "prices.read",
  "prices.write",
  "recharges.read",
  "recharges.write",
  "tiers.read",
  "tiers.write",
  "payments.write",
  "ledger.read",
  "ledger.write",
  "limits.read",
  "limits.write",
  "limitRequests.read",
  "limitRequests.write",
  "logs.read",
  "metrics.read",
  "incidents.read",
  "incidents.write",
  "settings.read",
  "settings.write",
  "alerts.read",
  "nodes.read",
  "nodes.write",
  "audit.read",
  "tokens.read",
  "tokens.write",
  "jobs.read",
  "jobs.write",
  "users.read",
  "users.write",
  "outbox.read",
  "outbox.write",
  "announcements.read",
  "announcements.write",
  "subscribers.read",
  "subscribers.write",
] as const;
export type Action = (typeof actions)[number];

/** What a customer is in an account: an admin may at least what a member may. */
export const memberRoles = ["admin", "member"] as const;
export type MemberRole = (typeof memberRoles)[number];

/**
 * Whether a role may do an action: a customer what concerns only themselves, and as a member of an account
 * what members may, in that account. The one table of permissions; pages and API both ask here.
 */
export function can(role: Role, action: Action, member?: MemberRole): boolean {
  if (roles.indexOf(role) <= roles.indexOf(leastRole[action])) return true;
  return role === "customer" && member !== undefined && canInAccount(member, action);
}

/** Whether a member may do an action in their account. */
export function canInAccount(member: MemberRole, action: Action): boolean {
  const least = leastMember[action];
  return least !== undefined && memberRoles.indexOf(member) <= memberRoles.indexOf(least);
}

/** Everything that a role may do, for the console's menus. */
export function permissionsOf(role: Role, member?: MemberRole): Action[] {
  return actions.filter((action) => can(role, action, member));
}

/** The weaker of two roles. */
export function lowerRole(one: Role, other: Role): Role {
  return roles.indexOf(one) > roles.indexOf(other) ? one : other;
}

/** False for a role of a newer release: a person then counts as a customer, and their tokens as none. */
export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** The weakest role that may do it. */
const leastRole: Record<Action, Role> = {
  "me.read": "customer",
  "me.write": "customer",
  "overview.read": "support",
  "accounts.read": "support",
  "accounts.write": "operator",
  "members.read": "support",
  "members.write": "operator",
  "keys.read": "support",
  "keys.write": "operator",
  "channels.read": "support",
  "channels.write": "operator",
  "groups.read": "support",
  "groups.write": "operator",
  "models.read": "support",
  "models.write": "operator",
  "prices.read": "support",
  "prices.write": "operator",
  "recharges.read": "support",
  "recharges.write": "operator",
  "tiers.read": "support",
  "tiers.write": "operator",
  "payments.write": "operator",
  "ledger.read": "support",
  "ledger.write": "operator",
  "limits.read": "support",
  "limits.write": "operator",
  "limitRequests.read": "support",
  "limitRequests.write": "operator",
  "logs.read": "support",
  "metrics.read": "support",
  "incidents.read": "support",
  "incidents.write": "operator",
  "settings.read": "support",
  "settings.write": "owner",
  "alerts.read": "support",
  "nodes.read": "support",
  "nodes.write": "operator",
  "audit.read": "operator",
  "tokens.read": "operator",
  "tokens.write": "operator",
  "jobs.read": "operator",
  "jobs.write": "operator",
  "users.read": "operator",
  "users.write": "owner",
  "outbox.read": "operator",
  "outbox.write": "operator",
  "announcements.read": "support",
  "announcements.write": "operator",
  "subscribers.read": "operator",
  "subscribers.write": "operator",
};

/** The weakest member of an account that may do it there; what is not named is the operators' alone. */
const leastMember: Partial<Record<Action, MemberRole>> = {
  "accounts.read": "member",
  "incidents.read": "member",
  "incidents.write": "member",
  "keys.read": "member",
  "keys.write": "member",
  "ledger.read": "member",
  "limits.read": "member",
  "limitRequests.read": "member",
  "limitRequests.write": "member",
  "logs.read": "member",
  "members.read": "member",
  "members.write": "admin",
  "metrics.read": "member",
  "recharges.read": "member",
  "tiers.read": "member",
  "payments.write": "member",
};

import { removeMemberOperation, updateMemberOperation } from "#lib/api/operations/members";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(removeMemberOperation, updateMemberOperation);

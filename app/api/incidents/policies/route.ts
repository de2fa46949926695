import { getIncidentPoliciesOperation, putIncidentPolicyOperation } from "#lib/api/operations/incidents";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getIncidentPoliciesOperation,
  putIncidentPolicyOperation,
);

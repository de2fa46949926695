import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams } from "#lib/core/shapes";
import { abandonedAnswer, abandonNodeBody, listNodesQuery, nodeAnswer, nodePage } from "#lib/nodes/schema";
import { abandonNode, getNode } from "#lib/nodes/service";
import { keyOfNode, listNodes } from "#lib/nodes/store";

const tag = "System";

export const listNodesOperation = operation({
  id: "listNodes",
  method: "GET",
  path: "/api/nodes",
  summary: "The processes that serve, the youngest first unless sorted: spool, leases, supervised parts",
  tag,
  permission: "nodes.read",
  query: listNodesQuery,
  answer: nodePage,
  async run({ query }) {
    const { sort } = query;
    const position = decodeCursor(query.cursor, z.tuple([z.literal(sort), z.string(), idInput]));
    const nodes = await listNodes(query, position && { key: position[1], id: position[2] });
    return toPage(
      nodes,
      query.limit,
      (node) => node,
      (node) => [sort, keyOfNode(sort, node), node.id],
    );
  },
});

export const getNodeOperation = operation({
  id: "getNode",
  method: "GET",
  path: "/api/nodes/{id}",
  summary: "One node",
  tag,
  permission: "nodes.read",
  params: idParams,
  answer: nodeAnswer,
  run: ({ params }) => getNode(params.id),
});

export const abandonNodeOperation = operation({
  id: "abandonNode",
  method: "POST",
  path: "/api/nodes/{id}/abandon",
  summary: "Give up a node that is gone for good: what was set aside for it is available again",
  tag,
  permission: "nodes.write",
  params: idParams,
  body: abandonNodeBody,
  answer: abandonedAnswer,
  idempotent: true,
  run: ({ actor, params, body }) => abandonNode(actor, params.id, body.confirm),
});

import { AccountsOfGroup } from "#components/accounts/accounts-of-group";
import { ChannelsOfGroup } from "#components/channels/channels-of-group";
import { GroupView } from "#components/groups/group-view";
import { GroupsView } from "#components/groups/groups-view";
import { LinesView } from "#components/groups/lines-view";
import { LimitsOfGroup } from "#components/limits/limits-of-group";
import { OwnRequests } from "#components/limits/own-requests";
import {
  getGroupOperation,
  listGrantsOperation,
  listGroupsOperation,
  listLinesOperation,
} from "#lib/api/operations/groups";
import { listLimitRequestsOperation } from "#lib/api/operations/limit-requests";
import { groupGrantsQuery, groupQuery, groupsQuery, limitRequestsQuery, linesQuery } from "#lib/api/queries";
import { Hydrate } from "./hydrate.tsx";

/** The operators' list of groups. */
export function OperatorGroupsHome() {
  return (
    <Hydrate prefetch={[{ query: groupsQuery(), from: listGroupsOperation, pages: true }]}>
      <GroupsView />
    </Hydrate>
  );
}

/** A customer's lines, and what they have asked for. */
export function CustomerLinesHome({ accountId }: { accountId: string }) {
  const lines = { query: linesQuery(accountId), from: listLinesOperation };
  const requests = {
    query: limitRequestsQuery({ accountId, kind: "line", limit: 20 }),
    from: listLimitRequestsOperation,
    pages: true,
  };
  return (
    <Hydrate prefetch={[lines, requests]}>
      <LinesView accountId={accountId} requests={<OwnRequests accountId={accountId} kind="line" />} />
    </Hydrate>
  );
}

/** One group, composed of what several features know of it. */
export function GroupHome({ id }: { id: string }) {
  const group = { query: groupQuery(id), from: getGroupOperation };
  const grants = { query: groupGrantsQuery(id), from: listGrantsOperation };
  return (
    <Hydrate prefetch={[group, grants]}>
      <GroupView
        id={id}
        limits={<LimitsOfGroup groupId={id} />}
        channels={<ChannelsOfGroup groupId={id} />}
        accounts={<AccountsOfGroup groupId={id} />}
      />
    </Hydrate>
  );
}

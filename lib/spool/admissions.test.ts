import { expect, it } from "vitest";
import { Admissions, type Due } from "./admissions.ts";

const admission = (requestId: string) => ({
  requestId,
  holdNanoUsd: 1n,
  periodStartMs: null,
  log: () => ({}),
});

function commit(admissions: Admissions, due: Due, ...ended: string[]) {
  const changes = admissions.changes(ended, due);
  admissions.apply(changes);
  if (due === "ripe") admissions.ripen();
  return { written: changes.written.map(({ requestId }) => requestId), dropped: changes.dropped };
}

it("writes an admission with the second turn, once, and takes it out when its call is settled", () => {
  const admissions = new Admissions([]);
  admissions.add(admission("long"));
  expect(commit(admissions, "ripe")).toEqual({ written: [], dropped: [] });
  expect(commit(admissions, "ripe")).toEqual({ written: ["long"], dropped: [] });
  expect(commit(admissions, "ripe")).toEqual({ written: [], dropped: [] });
  expect(admissions.areWaiting()).toBe(false);
  expect(commit(admissions, "none", "long")).toEqual({ written: [], dropped: ["long"] });
  expect(commit(admissions, "none", "long")).toEqual({ written: [], dropped: [] });
});

it("never writes what was settled or withdrawn before", () => {
  const admissions = new Admissions([]);
  for (const id of ["short", "with it", "elsewhere"]) admissions.add(admission(id));
  expect(commit(admissions, "none", "short")).toEqual({ written: [], dropped: [] });
  admissions.ripen();
  admissions.withdraw("elsewhere");
  expect(commit(admissions, "ripe", "with it")).toEqual({ written: [], dropped: [] });
  expect(admissions.areWaiting()).toBe(false);
});

it("takes out what stood in the file, of this process or an earlier one, when it is withdrawn", () => {
  const admissions = new Admissions(["earlier"]);
  admissions.withdraw("earlier");
  admissions.withdraw("never heard of");
  expect(commit(admissions, "none")).toEqual({ written: [], dropped: ["earlier"] });
  expect(admissions.areWaiting()).toBe(false);
});

it("loses nothing to a commit that failed, and writes everything before the file is closed", () => {
  const admissions = new Admissions(["old"]);
  admissions.add(admission("ripe"));
  admissions.ripen();
  admissions.add(admission("young"));
  admissions.changes(["old"], "ripe");
  expect(commit(admissions, "all", "old")).toEqual({ written: ["ripe", "young"], dropped: ["old"] });
});

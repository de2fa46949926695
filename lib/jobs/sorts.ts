/** What the list of jobs can be sorted by; "-" is downwards. The first is what no `sort` means. */
export const jobSorts = [
  "name",
  "-name",
  "-lastRun",
  "lastRun",
  "-duration",
  "duration",
  "nextRun",
  "-nextRun",
] as const;
export type JobSort = (typeof jobSorts)[number];

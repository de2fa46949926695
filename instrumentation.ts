/**
 * Runs once when Next starts. In the production server everything runs already, in this same process; under
 * `next start` alone nobody else starts the runtime. Migrations and seed are the production server's work.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { hasReadiness, setReadiness } = await import("#lib/runtime/health");
  if (hasReadiness()) return;
  const [
    { openMasterKey },
    { startRuntime },
    { startJobs },
    { jobs },
    { startMailSender },
    { startAnnouncementMails },
    { suppressBounced },
    { attachDocument },
    { config },
    { newId },
  ] = await Promise.all([
    import("#lib/secrets/live"),
    import("#lib/gateway/live"),
    import("#lib/jobs/live"),
    import("#lib/jobs/list"),
    import("#lib/mail/sender/live"),
    import("#lib/announcements/live"),
    import("#lib/subscribers/list-service"),
    import("#lib/statements/service"),
    import("#lib/runtime/config"),
    import("#lib/runtime/id"),
  ]);
  await openMasterKey();
  const runtime = await startRuntime();
  setReadiness(runtime.ready);
  // Nobody guards DATA_DIR here: a name of its own for every process.
  startMailSender({ by: newId(), isOwnName: false, onBounce: suppressBounced, attach: attachDocument });
  startAnnouncementMails();
  await startJobs({ url: config().databaseDirectUrl ?? "", jobs });
}

-- What each comparison with the official prices found, and the draft that it opened or widened.
CREATE TABLE "official_sync" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "source_date" TEXT NOT NULL,
    "started_by" TEXT NOT NULL,
    "version_id" UUID,
    "report" JSONB NOT NULL,

    CONSTRAINT "official_sync_pkey" PRIMARY KEY ("id")
);

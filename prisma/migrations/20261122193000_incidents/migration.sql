-- What a key is refused from, and since when running streams that would be refused now end.
ALTER TABLE "api_key" ADD COLUMN "denied_cidrs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "cut_at" TIMESTAMPTZ(3);

-- A suspicion that a key is in other hands.
CREATE TABLE "incident" (
    "id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "cause" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "score" INTEGER NOT NULL,
    "signals" JSONB NOT NULL DEFAULT '[]',
    "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "evidence" JSONB NOT NULL DEFAULT '[]',
    "requests" INTEGER NOT NULL DEFAULT 0,
    "spent_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "refunded_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "source" TEXT NOT NULL DEFAULT '',
    "since" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "incident" ADD CONSTRAINT "incident_cause" CHECK ("cause" IN ('pattern', 'leak'));
ALTER TABLE "incident" ADD CONSTRAINT "incident_state" CHECK ("state" IN ('open', 'acted', 'resolved', 'dismissed'));
ALTER TABLE "incident" ADD CONSTRAINT "incident_closed" CHECK (("state" IN ('resolved', 'dismissed')) = ("closed_at" IS NOT NULL));
ALTER TABLE "incident" ADD CONSTRAINT "incident_refunded" CHECK ("refunded_nano_usd" >= 0);

-- What happened in an incident, and what undoes it.
CREATE TABLE "incident_event" (
    "id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "undo" JSONB,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "incident_event_pkey" PRIMARY KEY ("id")
);

-- Networks that someone vouched for.
CREATE TABLE "trusted_network" (
    "key_id" UUID NOT NULL,
    "cidr" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "created_by" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trusted_network_pkey" PRIMARY KEY ("key_id", "cidr")
);

-- What Tollgate does by itself with an incident of an account or a key.
CREATE TABLE "incident_policy" (
    "scope" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "at_score" INTEGER NOT NULL,
    "cap_times" INTEGER NOT NULL,
    "cut_streams" BOOLEAN NOT NULL,
    "updated_by" TEXT NOT NULL DEFAULT '',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "incident_policy_pkey" PRIMARY KEY ("scope", "scope_id")
);
ALTER TABLE "incident_policy" ADD CONSTRAINT "incident_policy_scope" CHECK ("scope" IN ('account', 'key'));
ALTER TABLE "incident_policy" ADD CONSTRAINT "incident_policy_mode" CHECK ("mode" IN ('tell', 'cap', 'suspend'));

-- CreateIndex
CREATE INDEX "incident_state_id_idx" ON "incident"("state", "id");

-- CreateIndex
CREATE INDEX "incident_account_id_id_idx" ON "incident"("account_id", "id");

-- CreateIndex
CREATE INDEX "incident_key_id_id_idx" ON "incident"("key_id", "id");

-- CreateIndex
CREATE INDEX "incident_opened_at_idx" ON "incident"("opened_at");

-- CreateIndex
CREATE INDEX "incident_event_incident_id_id_idx" ON "incident_event"("incident_id", "id");

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident_event" ADD CONSTRAINT "incident_event_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trusted_network" ADD CONSTRAINT "trusted_network_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "InstallRequest" ADD COLUMN     "caseId" UUID;

-- CreateTable
CREATE TABLE "InstallCase" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InstallCase_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "InstallCase_organizationId_id_idx" ON "InstallCase"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "InstallCase_appId_organizationId_key" ON "InstallCase"("appId", "organizationId");

-- CreateIndex
CREATE INDEX "InstallRequest_caseId_id_idx" ON "InstallRequest"("caseId", "id");

-- AddForeignKey
ALTER TABLE "InstallRequest" ADD CONSTRAINT "InstallRequest_caseId_fkey" FOREIGN KEY ("caseId") REFERENCES "InstallCase"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InstallCase" ADD CONSTRAINT "InstallCase_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InstallCase" ADD CONSTRAINT "InstallCase_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What is pending already. A case is called by the id of the request that it began with.
INSERT INTO "InstallCase" ("id", "appId", "organizationId", "createdAt")
SELECT DISTINCT ON ("appId", "organizationId") "id", "appId", "organizationId", "createdAt"
FROM "InstallRequest" WHERE "status" = 'PENDING' ORDER BY "appId", "organizationId", "id";

UPDATE "InstallRequest" AS r SET "caseId" = c."id" FROM "InstallCase" AS c
WHERE r."status" = 'PENDING' AND c."appId" = r."appId" AND c."organizationId" = r."organizationId";

-- A request is part of a case exactly while it is pending, and a case is there exactly while something is.
-- Whatever writes requests does so under the lock of their installation, so neither can race.
CREATE FUNCTION "InstallRequest_put_into_case"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."caseId" := NULL;
  IF NEW."status" = 'PENDING' THEN
    INSERT INTO "InstallCase" ("id", "appId", "organizationId", "createdAt")
    VALUES (NEW."id", NEW."appId", NEW."organizationId", NEW."createdAt")
    ON CONFLICT ("appId", "organizationId") DO UPDATE SET "createdAt" = "InstallCase"."createdAt"
    RETURNING "id" INTO NEW."caseId";
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "InstallRequest_put_into_case" BEFORE INSERT OR UPDATE OF "status" ON "InstallRequest"
  FOR EACH ROW EXECUTE FUNCTION "InstallRequest_put_into_case"();

CREATE FUNCTION "InstallRequest_close_case"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "InstallCase" WHERE "id" = OLD."caseId"
    AND NOT EXISTS (SELECT 1 FROM "InstallRequest" WHERE "caseId" = OLD."caseId");
  RETURN NULL;
END $$;

CREATE TRIGGER "InstallRequest_close_case" AFTER DELETE OR UPDATE OF "status" ON "InstallRequest"
  FOR EACH ROW WHEN (OLD."caseId" IS NOT NULL) EXECUTE FUNCTION "InstallRequest_close_case"();

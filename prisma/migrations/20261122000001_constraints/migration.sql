-- The rules that Prisma's language cannot say. They stand below the services as a last line: a bug
-- above them becomes an error instead of a world that SPEC.md rules out.

-- What one row must be -----------------------------------------------------------------------------

ALTER TABLE "User"
  ADD CONSTRAINT "User_name_not_blank" CHECK ("name" ~ '\S');

ALTER TABLE "Session"
  ADD CONSTRAINT "Session_ends_after_it_began" CHECK ("expiresAt" > "createdAt");

ALTER TABLE "Organization"
  ADD CONSTRAINT "Organization_name_not_blank" CHECK ("name" ~ '\S'),
  ADD CONSTRAINT "Organization_personal_has_user" CHECK (("edition" = 'PERSONAL') = ("personalUserId" IS NOT NULL)),
  ADD CONSTRAINT "Organization_app_count_not_negative" CHECK ("appCount" >= 0);

ALTER TABLE "App"
  ADD CONSTRAINT "App_name_not_blank" CHECK ("name" ~ '\S'),
  ADD CONSTRAINT "App_redirects_only_web_and_public" CHECK ("type" IN ('WEB', 'PUBLIC') OR cardinality("redirectUris") = 0);

ALTER TABLE "Installation"
  ADD CONSTRAINT "Installation_installed_has_time" CHECK (("state" = 'INSTALLED') = ("installedAt" IS NOT NULL));

ALTER TABLE "InstallRequest"
  ADD CONSTRAINT "InstallRequest_decided_has_time" CHECK (("status" = 'PENDING') = ("decidedAt" IS NULL));

ALTER TABLE "Stream"
  ADD CONSTRAINT "Stream_pruned_within_head" CHECK ("head" >= "prunedThrough" AND "prunedThrough" >= 0);

-- What never changes -------------------------------------------------------------------------------

-- The trigger's name is the constraint's; its argument says the rule.
CREATE FUNCTION "refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'row of "%" violates constraint "%": %', TG_TABLE_NAME, TG_NAME, TG_ARGV[0]
    USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER "Organization_edition_is_fixed" BEFORE UPDATE ON "Organization"
  FOR EACH ROW WHEN (NEW."edition" <> OLD."edition" OR NEW."personalUserId" <> OLD."personalUserId")
  EXECUTE FUNCTION "refuse"('an organization keeps its edition and its personal user');

CREATE TRIGGER "App_type_is_fixed" BEFORE UPDATE ON "App"
  FOR EACH ROW WHEN (NEW."type" <> OLD."type")
  EXECUTE FUNCTION "refuse"('an app keeps its type');

CREATE TRIGGER "Event_is_immutable" BEFORE UPDATE ON "Event"
  FOR EACH ROW EXECUTE FUNCTION "refuse"('an event is never changed, only pruned');

-- Members ------------------------------------------------------------------------------------------

-- Two admins who leave at once must not each count on the other. Whoever takes away a super admin
-- locks the organization's row, so the second waits for the first to commit and then counts anew.
-- (That takes a snapshot for each statement, as READ COMMITTED gives, the level of everything here.)
--
-- The lock is taken when the membership changes and not only at commit, where the count is made:
-- everybody locks the organization before its stream, and at commit the stream is locked already.
CREATE FUNCTION "Membership_locks_organization"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "Organization" WHERE "id" = OLD."organizationId" FOR NO KEY UPDATE;
  RETURN NULL;
END $$;

CREATE TRIGGER "Membership_locks_organization_on_delete" AFTER DELETE ON "Membership"
  FOR EACH ROW WHEN (OLD."role" = 'SUPER_ADMIN')
  EXECUTE FUNCTION "Membership_locks_organization"();

CREATE TRIGGER "Membership_locks_organization_on_update" AFTER UPDATE ON "Membership"
  FOR EACH ROW WHEN (OLD."role" = 'SUPER_ADMIN' AND (NEW."role" <> 'SUPER_ADMIN' OR NEW."organizationId" <> OLD."organizationId"))
  EXECUTE FUNCTION "Membership_locks_organization"();

-- Deferred, so that an organization can be made before its first member, and a super admin replaced
-- in either order. An organization that is gone by then needs no admin.
CREATE FUNCTION "Organization_keeps_super_admin"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  organization uuid;
BEGIN
  IF TG_TABLE_NAME = 'Organization' THEN organization := NEW."id"; ELSE organization := OLD."organizationId"; END IF;
  IF EXISTS (SELECT FROM "Organization" WHERE "id" = organization)
    AND NOT EXISTS (SELECT FROM "Membership" WHERE "organizationId" = organization AND "role" = 'SUPER_ADMIN')
  THEN
    RAISE EXCEPTION 'organization % violates constraint "Organization_keeps_super_admin": it needs a super admin', organization
      USING ERRCODE = 'check_violation', TABLE = 'Organization', CONSTRAINT = 'Organization_keeps_super_admin';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "Organization_keeps_super_admin" AFTER INSERT ON "Organization"
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION "Organization_keeps_super_admin"();

CREATE CONSTRAINT TRIGGER "Organization_keeps_super_admin" AFTER UPDATE OR DELETE ON "Membership"
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD."role" = 'SUPER_ADMIN') EXECUTE FUNCTION "Organization_keeps_super_admin"();

-- That it has one follows from the rule above, that it has no second from the unique index.
CREATE FUNCTION "Membership_personal_is_its_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Organization" WHERE "id" = NEW."organizationId" AND "personalUserId" <> NEW."userId") THEN
    RAISE EXCEPTION 'row of "Membership" violates constraint "Membership_personal_is_its_user": a personal organization has no other member'
      USING ERRCODE = 'check_violation', TABLE = 'Membership', CONSTRAINT = 'Membership_personal_is_its_user';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "Membership_personal_is_its_user" BEFORE INSERT OR UPDATE OF "organizationId", "userId" ON "Membership"
  FOR EACH ROW EXECUTE FUNCTION "Membership_personal_is_its_user"();

-- What a personal organization does not have --------------------------------------------------------

CREATE FUNCTION "not_in_personal_organization"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Organization" WHERE "id" = NEW."organizationId" AND "edition" = 'PERSONAL') THEN
    RAISE EXCEPTION 'row of "%" violates constraint "%": a personal organization has none', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "Installation_not_personal" BEFORE INSERT OR UPDATE OF "organizationId" ON "Installation"
  FOR EACH ROW EXECUTE FUNCTION "not_in_personal_organization"();

CREATE TRIGGER "InstallRequest_not_personal" BEFORE INSERT OR UPDATE OF "organizationId" ON "InstallRequest"
  FOR EACH ROW EXECUTE FUNCTION "not_in_personal_organization"();

CREATE TRIGGER "Denial_not_personal" BEFORE INSERT OR UPDATE OF "organizationId" ON "Denial"
  FOR EACH ROW EXECUTE FUNCTION "not_in_personal_organization"();

-- Grants and secrets ---------------------------------------------------------------------------------

CREATE FUNCTION "Grant_user_fits_app_type"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "App" WHERE "id" = NEW."appId" AND ("type" = 'SERVICE') <> (NEW."userId" IS NULL)) THEN
    RAISE EXCEPTION 'row of "Grant" violates constraint "Grant_user_fits_app_type": a service app acts as itself, any other for a user'
      USING ERRCODE = 'check_violation', TABLE = 'Grant', CONSTRAINT = 'Grant_user_fits_app_type';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "Grant_user_fits_app_type" BEFORE INSERT OR UPDATE OF "appId", "userId" ON "Grant"
  FOR EACH ROW EXECUTE FUNCTION "Grant_user_fits_app_type"();

-- A revoked secret has no hash left to be checked against, whoever revokes it and however.
CREATE FUNCTION "AppSecret_revoking_removes_hash"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "AppSecretHash" WHERE "secretId" = NEW."id";
  RETURN NULL;
END $$;

CREATE TRIGGER "AppSecret_revoking_removes_hash" AFTER UPDATE ON "AppSecret"
  FOR EACH ROW WHEN (NEW."revokedAt" IS NOT NULL) EXECUTE FUNCTION "AppSecret_revoking_removes_hash"();

-- The lock makes a revocation at the same moment wait, and then see the new hash.
CREATE FUNCTION "AppSecretHash_secret_is_live"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  revoked_at timestamptz;
BEGIN
  SELECT "revokedAt" INTO revoked_at FROM "AppSecret" WHERE "id" = NEW."secretId" FOR SHARE;
  IF revoked_at IS NOT NULL THEN
    RAISE EXCEPTION 'row of "AppSecretHash" violates constraint "AppSecretHash_secret_is_live": the secret is revoked'
      USING ERRCODE = 'check_violation', TABLE = 'AppSecretHash', CONSTRAINT = 'AppSecretHash_secret_is_live';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "AppSecretHash_secret_is_live" BEFORE INSERT OR UPDATE ON "AppSecretHash"
  FOR EACH ROW EXECUTE FUNCTION "AppSecretHash_secret_is_live"();

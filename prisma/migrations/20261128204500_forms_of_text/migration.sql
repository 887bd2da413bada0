-- Names take the form in which they are kept, searched and compared from now on: that of `nameForm` in src/text.ts.
CREATE FUNCTION pg_temp.name_form(name text) RETURNS text LANGUAGE sql AS $$
  SELECT btrim(regexp_replace(normalize(string_agg(
    CASE WHEN letter ~ '[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f]' THEN normalize(letter, NFKC) ELSE letter END,
    '' ORDER BY place), NFC), '[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+', ' ', 'g'))
  FROM regexp_split_to_table(name, '') WITH ORDINALITY AS letters (letter, place)
$$;

DO $$
BEGIN
  -- Nothing but UTF8 has a second spelling, or `normalize`.
  IF getdatabaseencoding() = 'UTF8' THEN
    UPDATE "User" SET "name" = pg_temp.name_form("name") WHERE "name" <> pg_temp.name_form("name");
    UPDATE "Organization" SET "name" = pg_temp.name_form("name") WHERE "name" <> pg_temp.name_form("name");
    UPDATE "App" SET "name" = pg_temp.name_form("name") WHERE "name" <> pg_temp.name_form("name");
  END IF;
END
$$;

DROP FUNCTION pg_temp.name_form(text);

-- Mail to an address in any other form than that of src/email.ts may have gone elsewhere, so it proved nothing.
UPDATE "User" SET "emailVerifiedAt" = NULL WHERE "emailVerifiedAt" IS NOT NULL
  AND "email" !~ '^[a-z0-9_+''&=~#$*?^{}-]+(\.[a-z0-9_+''&=~#$*?^{}-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]+)$';

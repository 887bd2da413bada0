-- AlterTable
ALTER TABLE "App" ADD COLUMN     "postLogoutRedirectUris" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Only where a browser is sent anywhere, as with redirect URIs.
ALTER TABLE "App"
  ADD CONSTRAINT "App_post_logout_redirects_only_web_and_public" CHECK ("type" IN ('WEB', 'PUBLIC') OR cardinality("postLogoutRedirectUris") = 0);

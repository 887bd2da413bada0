-- CreateEnum
CREATE TYPE "Edition" AS ENUM ('PERSONAL', 'TEAM', 'ENTERPRISE');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('MEMBER', 'ADMIN', 'SUPER_ADMIN');

-- CreateEnum
CREATE TYPE "InvitationStatus" AS ENUM ('PENDING', 'ACCEPTED', 'REVOKED');

-- CreateEnum
CREATE TYPE "AppType" AS ENUM ('WEB', 'PUBLIC', 'DEVICE', 'SERVICE');

-- CreateEnum
CREATE TYPE "Distribution" AS ENUM ('INTERNAL', 'EXTERNAL');

-- CreateEnum
CREATE TYPE "AppStatus" AS ENUM ('ENABLED', 'DISABLED');

-- CreateEnum
CREATE TYPE "InstallationState" AS ENUM ('PENDING', 'INSTALLED');

-- CreateEnum
CREATE TYPE "InstallRequestStatus" AS ENUM ('PENDING', 'APPROVED', 'DENIED', 'WITHDRAWN');

-- CreateEnum
CREATE TYPE "TokenKind" AS ENUM ('ACCESS', 'REFRESH');

-- CreateEnum
CREATE TYPE "StreamKind" AS ENUM ('ORGANIZATION', 'USER');

-- CreateEnum
CREATE TYPE "EventType" AS ENUM ('ORGANIZATION_CREATED', 'ORGANIZATION_UPDATED', 'MEMBER_INVITED', 'MEMBER_JOINED', 'MEMBER_ROLE_CHANGED', 'MEMBER_REMOVED', 'APP_CREATED', 'APP_UPDATED', 'APP_ENABLED', 'APP_DISABLED', 'APP_DELETED', 'APP_SECRET_CREATED', 'APP_SECRET_REVOKED', 'APP_KEY_ADDED', 'APP_KEY_REMOVED', 'INSTALL_REQUESTED', 'INSTALL_WITHDRAWN', 'INSTALL_APPROVED', 'INSTALL_DENIED', 'INSTALL_DENIAL_LIFTED', 'APP_INSTALLED', 'APP_UNINSTALLED', 'GRANT_CREATED', 'GRANT_CHANGED', 'GRANT_REVOKED', 'TOKEN_REUSE_DETECTED');

-- CreateEnum
CREATE TYPE "ActorKind" AS ENUM ('USER', 'APP', 'ORGANIZATION', 'SYSTEM');

-- CreateEnum
CREATE TYPE "CountSpan" AS ENUM ('HOUR', 'DAY');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "emailVerifiedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PasswordCredential" (
    "userId" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PasswordCredential_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "ExternalIdentity" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ExternalIdentity_pkey" PRIMARY KEY ("issuer","subject")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "secretHash" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "userAgent" TEXT,
    "address" TEXT,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ExternalToken" (
    "hash" TEXT NOT NULL,
    "sessionId" UUID,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ExternalToken_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "RateLimit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" TIMESTAMPTZ(3),

    CONSTRAINT "RateLimit_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "SigningKey" (
    "kid" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "publicJwk" JSONB NOT NULL,
    "sealedJwk" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "retiredAt" TIMESTAMPTZ(3),

    CONSTRAINT "SigningKey_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "Organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "edition" "Edition" NOT NULL,
    "personalUserId" UUID,
    "appCount" INTEGER NOT NULL DEFAULT 0,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Invitation" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "status" "InvitationStatus" NOT NULL DEFAULT 'PENDING',
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "invitedById" UUID,
    "mailedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InvitationToken" (
    "invitationId" UUID NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "InvitationToken_pkey" PRIMARY KEY ("invitationId")
);

-- CreateTable
CREATE TABLE "Membership" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "App" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "logoUrl" TEXT,
    "homepageUrl" TEXT,
    "type" "AppType" NOT NULL,
    "distribution" "Distribution" NOT NULL,
    "status" "AppStatus" NOT NULL DEFAULT 'ENABLED',
    "redirectUris" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "App_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AppSecret" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "hint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdById" UUID,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AppSecret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AppSecretHash" (
    "secretId" UUID NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AppSecretHash_pkey" PRIMARY KEY ("secretId")
);

-- CreateTable
CREATE TABLE "AppKey" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "kid" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "jwk" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdById" UUID,
    "lastUsedAt" TIMESTAMPTZ(3),
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AppKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Installation" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "state" "InstallationState" NOT NULL,
    "approvedScopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "installedAt" TIMESTAMPTZ(3),
    "installedById" UUID,

    CONSTRAINT "Installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InstallRequest" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "requesterId" UUID NOT NULL,
    "status" "InstallRequestStatus" NOT NULL DEFAULT 'PENDING',
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "decidedAt" TIMESTAMPTZ(3),
    "decidedById" UUID,
    "decisionReason" TEXT,
    "approvedScopes" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "InstallRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Denial" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "deniedUntil" TIMESTAMPTZ(3) NOT NULL,
    "deniedById" UUID,

    CONSTRAINT "Denial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Grant" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "userId" UUID,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "tokenObtainedAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Family" (
    "id" UUID NOT NULL,
    "grantId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "beganWithSecretId" UUID,
    "beganWithKeyId" UUID,
    "refreshedWithSecretId" UUID,

    CONSTRAINT "Family_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Token" (
    "hash" TEXT NOT NULL,
    "familyId" UUID NOT NULL,
    "kind" "TokenKind" NOT NULL,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Tombstone" (
    "hash" TEXT NOT NULL,
    "organizationId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Tombstone_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Stream" (
    "id" UUID NOT NULL,
    "kind" "StreamKind" NOT NULL,
    "head" BIGINT NOT NULL DEFAULT 0,
    "prunedThrough" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "Stream_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" UUID NOT NULL,
    "streamId" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "type" "EventType" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actorKind" "ActorKind" NOT NULL,
    "actorId" UUID,
    "actorName" TEXT NOT NULL,
    "organizationId" UUID,
    "organizationName" TEXT,
    "appId" UUID,
    "appName" TEXT,
    "userId" UUID,
    "userName" TEXT,
    "installRequestId" UUID,
    "installationId" UUID,
    "grantId" UUID,
    "changes" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EventCount" (
    "streamId" UUID NOT NULL,
    "span" "CountSpan" NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "type" "EventType" NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "EventCount_pkey" PRIMARY KEY ("streamId","span","start","type")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "ExternalIdentity_userId_idx" ON "ExternalIdentity"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Session_secretHash_key" ON "Session"("secretHash");

-- CreateIndex
CREATE INDEX "Session_userId_id_idx" ON "Session"("userId", "id");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "ExternalToken_sessionId_key" ON "ExternalToken"("sessionId");

-- CreateIndex
CREATE INDEX "ExternalToken_expiresAt_idx" ON "ExternalToken"("expiresAt");

-- CreateIndex
CREATE INDEX "RateLimit_expire_idx" ON "RateLimit"("expire");

-- CreateIndex
CREATE UNIQUE INDEX "Organization_personalUserId_key" ON "Organization"("personalUserId");

-- CreateIndex
CREATE INDEX "Organization_createdById_idx" ON "Organization"("createdById");

-- CreateIndex
CREATE INDEX "Invitation_organizationId_id_idx" ON "Invitation"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Invitation_email_id_idx" ON "Invitation"("email", "id");

-- CreateIndex
CREATE INDEX "Invitation_invitedById_idx" ON "Invitation"("invitedById");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_one_pending_key" ON "Invitation"("organizationId", "email") WHERE ("status" = 'PENDING'::"InvitationStatus");

-- CreateIndex
CREATE UNIQUE INDEX "InvitationToken_hash_key" ON "InvitationToken"("hash");

-- CreateIndex
CREATE INDEX "Membership_organizationId_id_idx" ON "Membership"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Membership_userId_id_idx" ON "Membership"("userId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Membership_organizationId_userId_key" ON "Membership"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "App_organizationId_id_idx" ON "App"("organizationId", "id");

-- CreateIndex
CREATE INDEX "AppSecret_appId_id_idx" ON "AppSecret"("appId", "id");

-- CreateIndex
CREATE INDEX "AppSecret_createdById_idx" ON "AppSecret"("createdById");

-- CreateIndex
CREATE UNIQUE INDEX "AppSecretHash_hash_key" ON "AppSecretHash"("hash");

-- CreateIndex
CREATE INDEX "AppKey_appId_id_idx" ON "AppKey"("appId", "id");

-- CreateIndex
CREATE INDEX "AppKey_createdById_idx" ON "AppKey"("createdById");

-- CreateIndex
CREATE UNIQUE INDEX "AppKey_live_kid_key" ON "AppKey"("appId", "kid") WHERE ("removedAt" IS NULL);

-- CreateIndex
CREATE INDEX "Installation_organizationId_id_idx" ON "Installation"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Installation_appId_id_idx" ON "Installation"("appId", "id");

-- CreateIndex
CREATE INDEX "Installation_installedById_idx" ON "Installation"("installedById");

-- CreateIndex
CREATE UNIQUE INDEX "Installation_appId_organizationId_key" ON "Installation"("appId", "organizationId");

-- CreateIndex
CREATE INDEX "InstallRequest_organizationId_status_id_idx" ON "InstallRequest"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "InstallRequest_organizationId_id_idx" ON "InstallRequest"("organizationId", "id");

-- CreateIndex
CREATE INDEX "InstallRequest_requesterId_id_idx" ON "InstallRequest"("requesterId", "id");

-- CreateIndex
CREATE INDEX "InstallRequest_appId_organizationId_idx" ON "InstallRequest"("appId", "organizationId");

-- CreateIndex
CREATE INDEX "InstallRequest_decidedById_idx" ON "InstallRequest"("decidedById");

-- CreateIndex
CREATE UNIQUE INDEX "InstallRequest_one_pending_key" ON "InstallRequest"("appId", "organizationId", "requesterId") WHERE ("status" = 'PENDING'::"InstallRequestStatus");

-- CreateIndex
CREATE INDEX "Denial_organizationId_id_idx" ON "Denial"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Denial_deniedById_idx" ON "Denial"("deniedById");

-- CreateIndex
CREATE UNIQUE INDEX "Denial_appId_organizationId_key" ON "Denial"("appId", "organizationId");

-- CreateIndex
CREATE INDEX "Grant_organizationId_id_idx" ON "Grant"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Grant_userId_id_idx" ON "Grant"("userId", "id");

-- CreateIndex
CREATE INDEX "Grant_appId_id_idx" ON "Grant"("appId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Grant_appId_organizationId_userId_key" ON "Grant"("appId", "organizationId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "Grant_one_app_auth_key" ON "Grant"("appId", "organizationId") WHERE ("userId" IS NULL);

-- CreateIndex
CREATE INDEX "Family_grantId_id_idx" ON "Family"("grantId", "id");

-- CreateIndex
CREATE INDEX "Family_beganWithSecretId_idx" ON "Family"("beganWithSecretId");

-- CreateIndex
CREATE INDEX "Family_beganWithKeyId_idx" ON "Family"("beganWithKeyId");

-- CreateIndex
CREATE INDEX "Family_refreshedWithSecretId_idx" ON "Family"("refreshedWithSecretId");

-- CreateIndex
CREATE INDEX "Token_familyId_idx" ON "Token"("familyId");

-- CreateIndex
CREATE INDEX "Token_expiresAt_idx" ON "Token"("expiresAt");

-- CreateIndex
CREATE INDEX "Tombstone_expiresAt_idx" ON "Tombstone"("expiresAt");

-- CreateIndex
CREATE INDEX "Event_streamId_type_sequence_idx" ON "Event"("streamId", "type", "sequence");

-- CreateIndex
CREATE INDEX "Event_streamId_appId_sequence_idx" ON "Event"("streamId", "appId", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "Event_streamId_sequence_key" ON "Event"("streamId", "sequence");

-- AddForeignKey
ALTER TABLE "PasswordCredential" ADD CONSTRAINT "PasswordCredential_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ExternalIdentity" ADD CONSTRAINT "ExternalIdentity_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ExternalToken" ADD CONSTRAINT "ExternalToken_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Organization" ADD CONSTRAINT "Organization_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Organization" ADD CONSTRAINT "Organization_personalUserId_fkey" FOREIGN KEY ("personalUserId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_invitedById_fkey" FOREIGN KEY ("invitedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvitationToken" ADD CONSTRAINT "InvitationToken_invitationId_fkey" FOREIGN KEY ("invitationId") REFERENCES "Invitation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "App" ADD CONSTRAINT "App_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AppSecret" ADD CONSTRAINT "AppSecret_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AppSecret" ADD CONSTRAINT "AppSecret_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AppSecretHash" ADD CONSTRAINT "AppSecretHash_secretId_fkey" FOREIGN KEY ("secretId") REFERENCES "AppSecret"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AppKey" ADD CONSTRAINT "AppKey_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AppKey" ADD CONSTRAINT "AppKey_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Installation" ADD CONSTRAINT "Installation_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Installation" ADD CONSTRAINT "Installation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Installation" ADD CONSTRAINT "Installation_installedById_fkey" FOREIGN KEY ("installedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InstallRequest" ADD CONSTRAINT "InstallRequest_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InstallRequest" ADD CONSTRAINT "InstallRequest_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InstallRequest" ADD CONSTRAINT "InstallRequest_requesterId_fkey" FOREIGN KEY ("requesterId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InstallRequest" ADD CONSTRAINT "InstallRequest_decidedById_fkey" FOREIGN KEY ("decidedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Denial" ADD CONSTRAINT "Denial_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Denial" ADD CONSTRAINT "Denial_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Denial" ADD CONSTRAINT "Denial_deniedById_fkey" FOREIGN KEY ("deniedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Family" ADD CONSTRAINT "Family_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "Grant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Family" ADD CONSTRAINT "Family_beganWithSecretId_fkey" FOREIGN KEY ("beganWithSecretId") REFERENCES "AppSecret"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Family" ADD CONSTRAINT "Family_beganWithKeyId_fkey" FOREIGN KEY ("beganWithKeyId") REFERENCES "AppKey"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Family" ADD CONSTRAINT "Family_refreshedWithSecretId_fkey" FOREIGN KEY ("refreshedWithSecretId") REFERENCES "AppSecret"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Token" ADD CONSTRAINT "Token_familyId_fkey" FOREIGN KEY ("familyId") REFERENCES "Family"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_streamId_fkey" FOREIGN KEY ("streamId") REFERENCES "Stream"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventCount" ADD CONSTRAINT "EventCount_streamId_fkey" FOREIGN KEY ("streamId") REFERENCES "Stream"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "Family" ADD COLUMN     "audience" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "Token" ADD COLUMN     "audience" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "context" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "keyThumbprint" TEXT,
ADD COLUMN     "repeatedAt" TIMESTAMPTZ(3),
ADD COLUMN     "rotatedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Tombstone" ADD COLUMN     "appId" UUID,
ADD COLUMN     "endedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ALTER COLUMN "eventId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "AuthorizationCode" (
    "hash" TEXT NOT NULL,
    "familyId" UUID NOT NULL,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "redeemedAt" TIMESTAMPTZ(3),
    "context" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "AuthorizationCode_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "DeviceCode" (
    "hash" TEXT NOT NULL,
    "userCodeHash" TEXT NOT NULL,
    "appId" UUID NOT NULL,
    "familyId" UUID,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "interval" INTEGER NOT NULL,
    "polledAt" TIMESTAMPTZ(3),
    "redeemedAt" TIMESTAMPTZ(3),
    "error" TEXT,
    "context" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "DeviceCode_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "EngineRecord" (
    "model" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "EngineRecord_pkey" PRIMARY KEY ("model","hash")
);

-- CreateIndex
CREATE INDEX "AuthorizationCode_familyId_idx" ON "AuthorizationCode"("familyId");

-- CreateIndex
CREATE INDEX "AuthorizationCode_expiresAt_idx" ON "AuthorizationCode"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "DeviceCode_userCodeHash_key" ON "DeviceCode"("userCodeHash");

-- CreateIndex
CREATE INDEX "DeviceCode_appId_idx" ON "DeviceCode"("appId");

-- CreateIndex
CREATE INDEX "DeviceCode_familyId_idx" ON "DeviceCode"("familyId");

-- CreateIndex
CREATE INDEX "DeviceCode_expiresAt_idx" ON "DeviceCode"("expiresAt");

-- CreateIndex
CREATE INDEX "EngineRecord_expiresAt_idx" ON "EngineRecord"("expiresAt");

-- AddForeignKey
ALTER TABLE "AuthorizationCode" ADD CONSTRAINT "AuthorizationCode_familyId_fkey" FOREIGN KEY ("familyId") REFERENCES "Family"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeviceCode" ADD CONSTRAINT "DeviceCode_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeviceCode" ADD CONSTRAINT "DeviceCode_familyId_fkey" FOREIGN KEY ("familyId") REFERENCES "Family"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- DropIndex
DROP INDEX "DeviceCode_appId_idx";

-- AlterTable
ALTER TABLE "DeviceCode" ADD COLUMN     "network" TEXT;

-- AlterTable
ALTER TABLE "EngineRecord" ADD COLUMN     "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "network" TEXT,
ADD COLUMN     "owner" TEXT;

-- CreateIndex
CREATE INDEX "DeviceCode_appId_createdAt_idx" ON "DeviceCode"("appId", "createdAt");

-- CreateIndex
CREATE INDEX "DeviceCode_network_createdAt_idx" ON "DeviceCode"("network", "createdAt");

-- CreateIndex
CREATE INDEX "EngineRecord_network_createdAt_idx" ON "EngineRecord"("network", "createdAt");

-- CreateIndex
CREATE INDEX "EngineRecord_owner_createdAt_idx" ON "EngineRecord"("owner", "createdAt");

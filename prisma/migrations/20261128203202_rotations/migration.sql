-- CreateTable
CREATE TABLE "Rotation" (
    "tokenHash" TEXT NOT NULL,
    "random" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Rotation_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateIndex
CREATE INDEX "Rotation_expiresAt_idx" ON "Rotation"("expiresAt");

-- AddForeignKey
ALTER TABLE "Rotation" ADD CONSTRAINT "Rotation_tokenHash_fkey" FOREIGN KEY ("tokenHash") REFERENCES "Token"("hash") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was exchanged a moment ago may be asked for once more: it was derived without a random value.
INSERT INTO "Rotation" ("tokenHash", "random", "expiresAt")
SELECT "hash", '', "rotatedAt" + interval '10 seconds' FROM "Token" WHERE "rotatedAt" > now() - interval '10 seconds';

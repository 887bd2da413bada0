/** `node src/database/make-image.ts` prepares the database that a first start without PostgreSQL begins with. */
import { makeImage } from './image.ts'

await makeImage()

import { limits } from '../config/defaults.ts'
import { type Fault, type InputIssue, InvalidInput } from '../errors.ts'

export interface PageArgs {
  readonly first?: number | null | undefined
  readonly last?: number | null | undefined
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
}

/** Items of a page whose size nobody names. */
export const defaultPageSize = 20

/** The Prisma plugin's form of a cursor that is the id of a row. */
const cursorText = /^GPC:S:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function isCursor(cursor: string): boolean {
  const text = Buffer.from(cursor, 'base64').toString()
  return cursorText.test(text) && Buffer.from(text).toString('base64') === cursor
}

/**
 * Refuses page arguments that the connection would silently bend or choke on.
 *
 * @throws {InvalidInput} for a page size outside 1 to 100 or a combination that means nothing.
 */
export function checkPage(args: PageArgs): void {
  const issues: InputIssue[] = []
  for (const name of ['first', 'last'] as const) {
    const size = args[name]
    if (size != null && (size < 1 || size > limits.pageSize)) {
      const limit = limits.pageSize
      issues.push({ path: [name], code: 'OUT_OF_RANGE', message: `must be from 1 to ${limit}`, limit })
    }
  }
  if (args.first != null && (args.last != null || args.before != null)) {
    issues.push({ path: ['first'], ...conflict('goes with `after`; with `before` use `last`') })
  } else if (args.after != null && (args.last != null || args.before != null)) {
    issues.push({ path: ['after'], ...conflict('goes with `first`; with `last` use `before`') })
  }
  if (issues.length > 0) throw new InvalidInput(issues)
}

const conflict = (message: string): Fault => ({ code: 'CONFLICTING_ARGUMENTS', message })

/**
 * The order of nearly every list: newest first, by UUIDv7, so that a page deep in the list is found
 * through the index as fast as the first one.
 *
 * @throws {InvalidInput} for page arguments or cursors that are wrong.
 */
export function newestFirst(args: PageArgs): { orderBy: { id: 'desc' } } {
  checkPage(args)
  for (const name of ['after', 'before'] as const) {
    const cursor = args[name]
    if (cursor != null && !isCursor(cursor)) {
      throw InvalidInput.at(name, { code: 'NOT_A_CURSOR', message: 'is not a cursor of this list' })
    }
  }
  return { orderBy: { id: 'desc' } }
}

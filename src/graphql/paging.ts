import { limits } from '../config.ts'
import { type InputIssue, InvalidInput } from '../errors.ts'

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
      issues.push({ path: [name], message: `must be from 1 to ${limits.pageSize}` })
    }
  }
  if (args.first != null && (args.last != null || args.before != null)) {
    issues.push({ path: ['first'], message: 'goes with `after`; with `before` use `last`' })
  } else if (args.after != null && (args.last != null || args.before != null)) {
    issues.push({ path: ['after'], message: 'goes with `first`; with `last` use `before`' })
  }
  if (issues.length > 0) throw new InvalidInput(issues)
}

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
    if (cursor != null && !isCursor(cursor)) throw InvalidInput.at(name, 'is not a cursor of this list')
  }
  return { orderBy: { id: 'desc' } }
}
